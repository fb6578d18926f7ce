import { crc32, inflateRawSync } from 'node:zlib'
import { damaged, encrypted, TableError, tooMuchContent } from './tableError.ts'

export type ZipPart = { name: string; method: number; crc: number; packedBytes: number; bytes: number; offset: number }

const MAX_PARTS = 10_000
const END = 0x06054b50
const END_64 = 0x06064b50
const END_64_LOCATOR = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 0xffff
const IN_ZIP64 = 0xffffffff
const STORED = 0
const DEFLATED = 8

/** Entries of the central directory. Nothing is unpacked; an encrypted, doubled or torn directory is refused. */
export const listZip = (file: Buffer): ZipPart[] => {
  try {
    return readDirectory(file)
  } catch (error) {
    if (error instanceof RangeError) throw damaged()
    throw error
  }
}

/** Real sheets shrink 6 to 30 times, bombs 1000 times; small parts may be as monotonous as they like. */
const MAX_RATIO = 250
const RATIO_FROM_BYTES = 30 * 1024 * 1024

/** Declared sizes are only a claim; `inflatePart` holds every entry to its own. */
export const refuseBomb = (parts: readonly ZipPart[], maxBytes: number) => {
  let total = 0
  for (const { bytes, packedBytes } of parts) {
    total += bytes
    if (bytes > RATIO_FROM_BYTES && bytes > packedBytes * MAX_RATIO) throw tooMuchContent()
  }
  if (total > maxBytes) throw tooMuchContent()
}

/** Content of one entry; one that holds more or less than it declares, or fails its checksum, is refused. */
export const inflatePart = (file: Buffer, part: ZipPart): Buffer => {
  if (part.offset + 30 > file.length || file.readUInt32LE(part.offset) !== LOCAL) throw damaged()
  const start = part.offset + 30 + file.readUInt16LE(part.offset + 26) + file.readUInt16LE(part.offset + 28)
  const packed = file.subarray(start, start + part.packedBytes)
  if (packed.length !== part.packedBytes) throw damaged()
  const content = unpack(packed, part)
  if (content.length !== part.bytes || crc32(content) !== part.crc) throw damaged()
  return content
}

const unpack = (packed: Buffer, part: ZipPart) => {
  if (part.method === STORED) return packed
  if (part.method !== DEFLATED)
    throw new TableError('table_unsupported', '文件的压缩方式不常见,请用 Excel 或 WPS 另存为 .xlsx 再导入')
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(part.bytes, 1) })
  } catch {
    throw damaged()
  }
}

const readDirectory = (file: Buffer) => {
  const { count, at: first } = findDirectory(file)
  if (count > MAX_PARTS) throw tooMuchContent()
  const parts: ZipPart[] = []
  const seen = new Set<string>()
  let at = first
  for (let index = 0; index < count; index++) {
    if (file.readUInt32LE(at) !== CENTRAL) throw damaged()
    if (file.readUInt16LE(at + 8) & 0x2041) throw encrypted()
    const nameBytes = file.readUInt16LE(at + 28)
    const extraBytes = file.readUInt16LE(at + 30)
    const name = file.toString('utf8', at + 46, at + 46 + nameBytes)
    // Two entries of one name: whoever checks the first may read the second.
    const key = name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase()
    if (seen.has(key)) throw damaged()
    seen.add(key)
    parts.push({
      name,
      method: file.readUInt16LE(at + 10),
      crc: file.readUInt32LE(at + 16),
      ...readSizes(file, at, at + 46 + nameBytes, extraBytes),
    })
    at += 46 + nameBytes + extraBytes + file.readUInt16LE(at + 32)
  }
  return parts
}

const findDirectory = (file: Buffer) => {
  const lowest = Math.max(0, file.length - END_BYTES - MAX_COMMENT_BYTES)
  let at = file.length - END_BYTES
  while (at >= lowest && file.readUInt32LE(at) !== END) at--
  if (at < lowest) throw damaged()
  if (at >= 20 && file.readUInt32LE(at - 20) === END_64_LOCATOR) {
    const end = readBig(file, at - 20 + 8)
    if (file.readUInt32LE(end) !== END_64) throw damaged()
    return { count: readBig(file, end + 32), at: readBig(file, end + 48) }
  }
  return { count: file.readUInt16LE(at + 10), at: file.readUInt32LE(at + 16) }
}

const readSizes = (file: Buffer, at: number, extraAt: number, extraBytes: number) => {
  let packedBytes = file.readUInt32LE(at + 20)
  let bytes = file.readUInt32LE(at + 24)
  let offset = file.readUInt32LE(at + 42)
  for (let field = extraAt; field + 4 <= extraAt + extraBytes; field += 4 + file.readUInt16LE(field + 2)) {
    if (file.readUInt16LE(field) !== 1) continue
    let value = field + 4
    const next = () => readBig(file, (value += 8) - 8)
    if (bytes === IN_ZIP64) bytes = next()
    if (packedBytes === IN_ZIP64) packedBytes = next()
    if (offset === IN_ZIP64) offset = next()
  }
  return { packedBytes, bytes, offset }
}

const readBig = (file: Buffer, at: number) => {
  const value = Number(file.readBigUInt64LE(at))
  if (!Number.isSafeInteger(value)) throw damaged()
  return value
}
