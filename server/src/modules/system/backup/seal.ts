import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * A backup is three zstd frames: a skippable header, the archive, a skippable footer with the SHA-256 of all before it.
 * So every byte is covered, and `zstd -dc x.crmbak | tar x` still works when our program does not.
 */
const skippable = (text: string): Buffer => {
  const frame = Buffer.alloc(8 + text.length, text, 'latin1')
  frame.writeUInt32LE(0x184d2a5c, 0)
  frame.writeUInt32LE(text.length, 4)
  frame.write(text, 8, 'latin1')
  return frame
}
const HEADER = skippable('CRM BACKUP 1\n')
const FOOTER_TEXT = 'CRM BACKUP END sha256 '
const footerOf = (digest: string): Buffer => skippable(`${FOOTER_TEXT}${digest}\n`)
const FOOTER_BYTES = footerOf('0'.repeat(64)).length

/** Puts header and footer around the compressed bytes. */
export async function* sealed(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  hash.update(HEADER)
  yield HEADER
  for await (const chunk of body) {
    hash.update(chunk)
    yield chunk
  }
  yield footerOf(hash.digest('hex'))
}

export type SealProblem = 'not_a_backup' | 'truncated' | 'checksum'
export type Seal =
  | { readonly ok: true; readonly from: number; readonly to: number; readonly digest: string }
  | { readonly ok: false; readonly code: SealProblem; readonly detail: string }

/** Reads the whole file once; `from` and `to` enclose the compressed bytes (`to` excluded). */
export async function checkSeal(file: string): Promise<Seal> {
  const { size, head, tail } = await ends(file)
  const digest = tail.subarray(-65, -1).toString('latin1')
  const footed = /^[0-9a-f]{64}$/.test(digest) && tail.equals(footerOf(digest))
  const headed = head.equals(HEADER)
  if (!headed && !footed) return { ok: false, code: 'not_a_backup', detail: '不是本系统的备份文件' }
  if (!footed)
    return { ok: false, code: 'truncated', detail: `结尾不完整:文件被截断、改动,或后面多了内容(共 ${size} 字节)` }
  const to = size - FOOTER_BYTES
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { end: to - 1, highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  if (!headed || hash.digest('hex') !== digest)
    return { ok: false, code: 'checksum', detail: '内容与校验和不符,文件已损坏' }
  return { ok: true, from: HEADER.length, to, digest }
}

async function ends(file: string): Promise<{ size: number; head: Buffer; tail: Buffer }> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const read = async (length: number, position: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, Math.max(0, position))
      return buffer.subarray(0, bytesRead)
    }
    return {
      size,
      head: await read(HEADER.length, 0),
      tail: await read(Math.min(FOOTER_BYTES, size), size - FOOTER_BYTES),
    }
  } finally {
    await handle.close()
  }
}
