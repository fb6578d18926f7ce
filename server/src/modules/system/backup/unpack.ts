import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import tar from 'tar-stream'
import {
  isContent,
  isMemberName,
  isUnsafeName,
  MANIFEST,
  type Manifest,
  type Member,
  readManifest,
} from './manifest.ts'
import { checkSeal, type SealProblem } from './seal.ts'

export type BackupProblemCode =
  | SealProblem
  | 'manifest_missing'
  | 'member_missing'
  | 'member_extra'
  | 'member_changed'
  | 'foreign_app'
  | 'newer_schema'
  | 'unsafe_path'
  | 'database_corrupt'
  | 'counts_differ'
export interface BackupProblem {
  readonly code: BackupProblemCode
  readonly detail: string
}
export interface UnpackOrder {
  readonly file: string
  /** An empty folder of ours. */
  readonly into: string
  /** Content files as well, not only the database. */
  readonly withFiles: boolean
}
export interface Unpacked {
  readonly problems: readonly BackupProblem[]
  /** Absent when there are problems. */
  readonly manifest?: Manifest
}

const MANIFEST_BYTES = 256 << 20

/**
 * Checks every byte, then unpacks. Nothing is written unless the seal is whole, and of the archive only plain files with
 * names we know: no links, no folders, nothing twice.
 */
export async function unpack(order: UnpackOrder): Promise<Unpacked> {
  const seal = await checkSeal(order.file)
  if (!seal.ok) return { problems: [{ code: seal.code, detail: seal.detail }] }
  const found: Found = { members: new Map(), manifestText: undefined, problems: [] }
  const archive = tar.extract()
  const reading = pipeline(
    createReadStream(order.file, { start: seal.from, end: seal.to - 1, highWaterMark: 1 << 18 }),
    createZstdDecompress(),
    archive,
  )
  // Whoever reads the entries hears of the failure; here it only must not go unhandled.
  reading.catch(() => {})
  try {
    for await (const entry of archive) if (!(await take(entry, order, found))) break
    if (found.problems.length === 0) await reading
  } catch (error) {
    return { problems: [...found.problems, { code: 'not_a_backup', detail: `无法解开:${(error as Error).message}` }] }
  }
  return compare(found)
}

type Source = tar.Extract extends AsyncIterable<infer S> ? S : never
interface Found {
  readonly members: Map<string, Member>
  manifestText: string | undefined
  readonly problems: BackupProblem[]
}

/** False when there is no point in reading on. */
async function take(entry: Source, { into, withFiles }: UnpackOrder, found: Found): Promise<boolean> {
  const { name, type, size } = entry.header
  const refuse = (code: BackupProblemCode, detail: string) => {
    found.problems.push({ code, detail })
    return false
  }
  const shown = JSON.stringify(name.slice(0, 120))
  if (isUnsafeName(name)) return refuse('unsafe_path', `成员路径 ${shown} 越出文件夹`)
  if (type !== 'file') return refuse('unsafe_path', `成员 ${shown} 不是普通文件(${type})`)
  if (found.manifestText !== undefined) return refuse('member_extra', `清单之后还有成员 ${shown}`)
  if (name === MANIFEST) {
    if (size > MANIFEST_BYTES) return refuse('manifest_missing', '清单大得不合常理')
    const parts: Buffer[] = []
    for await (const chunk of entry) parts.push(chunk as Buffer)
    found.manifestText = Buffer.concat(parts).toString()
    return true
  }
  if (!isMemberName(name)) return refuse('member_extra', `备份里不该有 ${shown}`)
  if (found.members.has(name)) return refuse('member_extra', `成员 ${shown} 出现两次`)
  const target = withFiles || !isContent(name) ? join(into, name) : undefined
  found.members.set(name, { name, size, sha256: await drain(entry, target) })
  return true
}

async function drain(entry: Source, target: string | undefined): Promise<string> {
  const hash = createHash('sha256')
  if (target) await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await pipeline(
    entry as AsyncIterable<Buffer>,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    target
      ? createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true })
      : new Writable({ write: (_chunk, _encoding, done) => done() }),
  )
  return hash.digest('hex')
}

function compare({ members, manifestText, problems }: Found): Unpacked {
  if (problems.length > 0) return { problems }
  if (manifestText === undefined) return { problems: [{ code: 'manifest_missing', detail: '备份里没有清单' }] }
  const manifest = readManifest(manifestText)
  if ('foreign' in manifest) return { problems: [{ code: 'foreign_app', detail: manifest.foreign }] }
  const listed = new Set(manifest.members.map((member) => member.name))
  const wrong: BackupProblem[] = []
  for (const { name, size, sha256 } of manifest.members) {
    const member = members.get(name)
    if (!member) wrong.push({ code: 'member_missing', detail: `缺少 ${name}` })
    else if (member.sha256 !== sha256 || member.size !== size || (isContent(name) && !name.endsWith(sha256)))
      wrong.push({ code: 'member_changed', detail: `${name} 与清单不符` })
  }
  for (const name of members.keys())
    if (!listed.has(name)) wrong.push({ code: 'member_extra', detail: `清单里没有 ${name}` })
  const database =
    manifest.engine === 'sqlite' ? ['crm.db'] : Object.keys(manifest.counts).map((table) => `tables/${table}.ndjson`)
  for (const name of database) if (!listed.has(name)) wrong.push({ code: 'member_missing', detail: `缺少 ${name}` })
  return wrong.length > 0 ? { problems: wrong } : { problems: [], manifest }
}
