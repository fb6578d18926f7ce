/** What a browser may show by itself: it can neither run a script nor ask for anything. */
const SHOWN = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain']
const UNKNOWN = 'application/octet-stream'
/** So much of a file tells what it is. */
export const HEAD_BYTES = 64 * 1024

const ascii = (text: string) => (head: Buffer) => head.subarray(0, text.length).toString('latin1') === text
/** By the first bytes, whatever the file is called. */
const signatures: readonly (readonly [type: string, fits: (head: Buffer) => boolean])[] = [
  ['image/png', ascii('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', ascii('\xff\xd8\xff')],
  ['image/gif', (head) => ascii('GIF87a')(head) || ascii('GIF89a')(head)],
  ['image/webp', (head) => ascii('RIFF')(head) && head.subarray(8, 12).toString('latin1') === 'WEBP'],
  ['application/pdf', ascii('%PDF-')],
]
const isZip = ascii('PK\x03\x04')
const isOle = ascii('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')
/** By the ending, where the first bytes agree. Endings of programs, scripts, pages and macros are unknown on purpose. */
const endings: Readonly<Record<string, readonly [type: string, fits?: (head: Buffer) => boolean]>> = {
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', isZip],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', isZip],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation', isZip],
  doc: ['application/msword', isOle],
  xls: ['application/vnd.ms-excel', isOle],
  ppt: ['application/vnd.ms-powerpoint', isOle],
  zip: ['application/zip', isZip],
  mp3: ['audio/mpeg'],
  m4a: ['audio/mp4'],
  amr: ['audio/amr'],
  wav: ['audio/wav', ascii('RIFF')],
  mp4: ['video/mp4'],
}
const TEXTS: ReadonlySet<string> = new Set(['txt', 'log', 'md', 'csv'])

const endingOf = (name: string) => /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''

/** The charset of a plain text, or null when it is none. A character cut off at the end of `head` is no fault. */
function charsetOf(head: Buffer): 'utf-8' | 'gb18030' | null {
  if (head.includes(0)) return null
  for (const charset of ['utf-8', 'gb18030'] as const) {
    try {
      new TextDecoder(charset, { fatal: true }).decode(head, { stream: true })
      return charset
    } catch {
      // Not this one.
    }
  }
  return null
}

/** What the file is, by its first bytes and its ending; what is not known for certain is just bytes. */
export function mediaTypeOf(name: string, head: Buffer): string {
  const signed = signatures.find(([, fits]) => fits(head))
  if (signed) return signed[0]
  const ending = endingOf(name)
  if (TEXTS.has(ending)) {
    const charset = charsetOf(head)
    return charset ? `text/plain; charset=${charset}` : UNKNOWN
  }
  const known = Object.hasOwn(endings, ending) ? endings[ending] : undefined
  return known && (known[1] === undefined || known[1](head)) ? known[0] : UNKNOWN
}

/** Whether it may be shown within the pages; everything else is only ever saved. */
export const mayShow = (mediaType: string): boolean => SHOWN.includes(mediaType.split(';', 1)[0]!)
