import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import tar from 'tar-stream'
import { isContent, isMemberName, MANIFEST, type Manifest, type Member } from './manifest.ts'
import { sealed } from './seal.ts'

export interface PackOrder {
  /** What is written, by its name in the archive and where it lies. */
  readonly sources: readonly { readonly name: string; readonly path: string }[]
  readonly facts: Omit<Manifest, 'members'>
  /** Must not exist. */
  readonly target: string
}

const LEVEL = 3

/** Writes a sealed archive, one member at a time; durable on return. */
export async function pack({ sources, facts, target }: PackOrder): Promise<{ bytes: number; members: number }> {
  const archive = tar.pack()
  const zstd = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  })
  const writing = pipeline(archive, zstd, sealed, createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }))
  const filling = fill(archive, sources, facts).catch((error: Error) => {
    archive.destroy(error)
    throw error
  })
  // Both are awaited, so that neither failure goes unheard; the first to fail is the one told.
  const [members] = await Promise.all([filling, writing])
  return { bytes: (await stat(target)).size, members }
}

async function fill(archive: tar.Pack, sources: PackOrder['sources'], facts: PackOrder['facts']): Promise<number> {
  const members: Member[] = []
  for (const { name, path } of sources) members.push(await add(archive, name, path))
  const manifest: Manifest = { ...facts, members }
  await new Promise<void>((done, fail) => {
    archive.entry(
      { name: MANIFEST, mode: 0o600, mtime: new Date(facts.createdAt) },
      JSON.stringify(manifest),
      (error) => (error ? fail(error) : done()),
    )
  })
  archive.finalize()
  return members.length
}

async function add(archive: tar.Pack, name: string, path: string): Promise<Member> {
  if (!isMemberName(name)) throw new Error(`no such member: ${name}`)
  const { size, mtime } = await stat(path)
  const hash = createHash('sha256')
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 18 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    archive.entry({ name, size, mode: 0o600, mtime }),
  )
  const sha256 = hash.digest('hex')
  if (isContent(name) && !name.endsWith(sha256)) throw new Error(`文件 ${name} 的内容与其校验和不符,磁盘上的附件已损坏`)
  return { name, size, sha256 }
}
