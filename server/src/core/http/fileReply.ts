import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../problem.ts'

export interface FileToSend {
  readonly path: string
  /** As the reader's disk will call it. */
  readonly name: string
  readonly mediaType: string
  /** Shown within the page; everything else may only be saved. */
  readonly inline: boolean
  /** Of immutable content: never another for the same bytes. */
  readonly etag: string
}

/** Whatever is in the file, it runs no script and asks for nothing. */
const SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/

/** Letters of RFC 5987 as they are; everything else as UTF-8 in percent signs. */
const encoded = (name: string) =>
  encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
/** For readers that know no UTF-8: a name of plain letters. */
const plain = (name: string) => name.replace(/[^\x20-\x7e]|["\\%/]/g, '_')

/** `attachment; filename="__.pdf"; filename*=UTF-8''%E5%90%88%E5%90%8C.pdf` */
export const disposition = (name: string, inline: boolean): string =>
  `${inline ? 'inline' : 'attachment'}; filename="${plain(name)}"; filename*=UTF-8''${encoded(name)}`

/** The part that is asked for, first and last byte; null for all of it, undefined for one that does not exist. */
export function rangeOf(header: string | undefined, size: number): { from: number; to: number } | null | undefined {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return from <= to && from < size ? { from, to } : undefined
}

/** Sends a file from disk: whole, in part, or the word that the reader's copy is still the same. */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileToSend): Promise<FastifyReply> {
  const found = await stat(file.path).catch(() => null)
  if (!found) throw problem('internal', '服务器上找不到这个文件的内容,请联系系统管理员')
  const etag = `"${file.etag}"`
  void reply.headers({
    'content-type': file.mediaType,
    'content-disposition': disposition(file.name, file.inline),
    'content-security-policy': SANDBOX,
    // The reader's copy is good as long as the server says he may still see it.
    'cache-control': 'private, no-cache',
    etag,
    'accept-ranges': 'bytes',
  })
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  const range = rangeOf(request.headers.range, found.size)
  if (range === undefined) return reply.code(416).header('content-range', `bytes */${found.size}`).send()
  if (range === null)
    return reply.header('content-length', found.size).send(createReadStream(file.path, { highWaterMark: 1 << 18 }))
  return reply
    .code(206)
    .headers({
      'content-range': `bytes ${range.from}-${range.to}/${found.size}`,
      'content-length': range.to - range.from + 1,
    })
    .send(createReadStream(file.path, { start: range.from, end: range.to }))
}
