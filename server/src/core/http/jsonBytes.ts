import { transcode } from 'node:buffer'

/** Shorter replies go out in the same piece as their headers. */
const LONG = 8_192

/**
 * A reply as JSON. Node counts the bytes of a text with Chinese in it, joins it to the headers and encodes it letter by letter as it sends;
 * `transcode` encodes many letters at a time: half the cost of sending a page of fifty rows (measured).
 */
export function jsonBytes(reply: unknown): string | Buffer {
  const text = JSON.stringify(reply)
  return text.length < LONG ? text : transcode(Buffer.from(text, 'utf16le'), 'utf16le', 'utf8')
}
