import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { cleanText } from '@crm/shared/text'
import { type Clock, later } from '../clock.ts'
import { invalidField, problem } from '../problem.ts'

/** A form that comes with a file: a handful of short fields, one of which may be a column mapping. */
const MOST_FIELDS = 10
const MOST_FIELD_BYTES = 256 * 1024
const MOST_NAME_CHARS = 200
/** No upload takes this long; what lies there longer belongs to a server that died. */
const ABANDONED_MS = 3_600_000

export interface Received {
  /** Path of the file on disk, gone when the work has ended. */
  readonly file: string
  /** As the sender calls it, for people; never a path. */
  readonly fileName: string
  readonly fields: ReadonlyMap<string, string>
}
interface UploadRules {
  readonly dir: string
  readonly maxBytes: number
  /** The fields there may be beside `file`. */
  readonly fields: readonly string[]
  /** Sees the content pass on its way to disk, to hash it. */
  readonly watch?: (chunk: Buffer) => void
}

/** Multipart bodies, for the endpoints that read them. */
export async function uploads(app: FastifyInstance): Promise<void> {
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      files: 1,
      fields: MOST_FIELDS,
      parts: MOST_FIELDS + 1,
      fieldSize: MOST_FIELD_BYTES,
      fieldNameSize: 100,
      headerPairs: 50,
    },
  })
}

/** Streams the one file of a form to disk and hands it to `work`; afterwards, or when the sender hangs up, it is gone. */
export async function withUpload<T>(
  request: FastifyRequest,
  rules: UploadRules,
  work: (received: Received) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) throw problem('unsupported_type', '请以表单(multipart/form-data)上传文件')
  await mkdir(rules.dir, { recursive: true })
  const file = join(rules.dir, `${randomUUID()}.upload`)
  try {
    return await work({ file, ...(await receive(request, rules, file)) })
  } finally {
    await rm(file, { force: true })
  }
}

async function receive(request: FastifyRequest, rules: UploadRules, file: string): Promise<Omit<Received, 'file'>> {
  const fields = new Map<string, string>()
  let fileName: string | null = null
  for await (const part of request.parts({ limits: { fileSize: rules.maxBytes } })) {
    if (part.type === 'file') {
      if (part.fieldname !== 'file') throw invalidField(part.fieldname.slice(0, 80), '没有这个字段')
      await keep(part.file, file, rules.watch)
      if (part.file.truncated) throw problem('too_large', `文件超过 ${Math.floor(rules.maxBytes / 1024 / 1024)} MB`)
      fileName = plainName(part.filename)
    } else {
      const { fieldname, value, valueTruncated } = part
      if (valueTruncated) throw problem('too_large', '请求内容超过大小限制')
      if (!rules.fields.includes(fieldname))
        throw invalidField(fieldname.slice(0, 80), fieldname === 'file' ? '请选择文件' : '没有这个字段')
      if (fields.has(fieldname)) throw invalidField(fieldname, '只能给一次')
      // A part marked as JSON arrives parsed.
      fields.set(fieldname, typeof value === 'string' ? value : JSON.stringify(value))
    }
  }
  if (fileName === null) throw invalidField('file', '请选择文件')
  return { fileName, fields }
}

/** Writes what comes to `file`, piece by piece; the memory of a piece that has been written is given back at once. */
async function keep(
  content: AsyncIterable<Buffer<ArrayBuffer>>,
  file: string,
  watch?: (chunk: Buffer) => void,
): Promise<void> {
  await using out = await open(file, 'wx')
  for await (const chunk of content) {
    watch?.(chunk)
    await out.appendFile(chunk)
    // The collector would let 100 MB gather first. A chunk that is part of a larger memory may have neighbours still to be read.
    if (chunk.byteLength === chunk.buffer.byteLength) chunk.buffer.transfer(0)
  }
}

/** The last part of whatever path a browser sends, without controls; never empty. */
const plainName = (name: string): string => {
  const last = name
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\p{Cc}|\p{Cf}/gu, '')
    .toWellFormed()
  return [...cleanText(last)].slice(-MOST_NAME_CHARS).join('') || '未命名'
}

/** Clears away what a server left behind when it died during an upload. */
export async function sweepUploads(dir: string, clock: Clock): Promise<void> {
  const before = Date.parse(later(clock.now(), -ABANDONED_MS))
  const names = await readdir(dir).catch(() => [])
  for (const name of names.filter((entry) => entry.endsWith('.upload'))) {
    const found = await stat(join(dir, name)).catch(() => null)
    if (found && found.mtimeMs < before) await rm(join(dir, name), { force: true })
  }
}

const OF_AN_UPLOAD = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.upload$/
/** Clears away every upload that broke off, however fresh. Only while nobody can be uploading into this folder. */
export async function clearUploads(dir: string): Promise<void> {
  const names = await readdir(dir).catch(() => [])
  for (const name of names.filter((entry) => OF_AN_UPLOAD.test(entry))) await rm(join(dir, name), { force: true })
}
