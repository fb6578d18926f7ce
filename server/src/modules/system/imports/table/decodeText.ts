import type { TextEncoding } from './table.ts'
import { TableError } from './tableError.ts'

const SAMPLE_BYTES = 256 * 1024

/** Text of a CSV or tab file without its BOM. Guessing is strict: a file no encoding fits is refused, never mangled. */
export const decodeText = (bytes: Buffer): { encoding: TextEncoding; text: string } => {
  const utf16 = utf16Order(bytes)
  if (utf16) return refuseNul({ encoding: utf16, text: decodeWhole(bytes, utf16) })
  const text = tryDecode(bytes, 'utf-8')
  if (text !== null) return refuseNul({ encoding: 'utf-8', text })
  refuseDamagedUtf8(bytes)
  return refuseNul({ encoding: 'gb18030', text: decodeWhole(bytes, 'gb18030') })
}

/** By BOM, else by NULs: digits, commas and line ends leave every second byte empty, on one side only. */
const utf16Order = (bytes: Buffer): 'utf-16le' | 'utf-16be' | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes.length % 2) return null
  const length = Math.min(bytes.length, SAMPLE_BYTES)
  let evenNuls = 0
  let oddNuls = 0
  for (let at = 0; at + 1 < length; at += 2) {
    if (bytes[at] === 0) evenNuls++
    if (bytes[at + 1] === 0) oddNuls++
  }
  // Han letters like 一 (4E 00) put some NULs on the other side, so a ratio and not a zero.
  const enough = Math.max(1, length / 100)
  if (oddNuls >= enough && oddNuls > evenNuls * 3) return 'utf-16le'
  if (evenNuls >= enough && evenNuls > oddNuls * 3) return 'utf-16be'
  return null
}

const tryDecode = (bytes: Buffer, encoding: TextEncoding) => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

const decodeWhole = (bytes: Buffer, encoding: TextEncoding) => {
  const text = tryDecode(bytes, encoding)
  if (text === null) throw brokenLetters(new TextDecoder(encoding).decode(bytes))
  return text
}

/** One torn letter in UTF-8 would read as GB18030 mojibake from end to end; real GB18030 is mostly invalid UTF-8. */
const refuseDamagedUtf8 = (bytes: Buffer) => {
  const text = new TextDecoder('utf-8').decode(bytes)
  let broken = 0
  let wide = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0xfffd) broken++
    else if (code > 0x7f) wide++
  }
  if (broken * 10 < wide) throw brokenLetters(text)
}

const brokenLetters = (text: string) => {
  const line = text.slice(0, text.indexOf('\uFFFD')).split('\n').length
  return new TableError('table_unreadable', `第 ${line} 行有无法识别的文字,请用 Excel 或 WPS 打开,另存为 .xlsx 再导入`)
}

const refuseNul = <T extends { text: string }>(decoded: T): T => {
  if (!decoded.text.includes('\0')) return decoded
  throw new TableError('table_unreadable', '文件里有空字节,不是文本表格,请用 Excel 或 WPS 另存为 .xlsx 再导入')
}
