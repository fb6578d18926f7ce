// What every text field agrees on: length, trimming, and which characters may not be stored.

/** Length as people count it: code points, so 𠮷 is one. A lone surrogate counts as one. */
export function codePoints(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const next = text.charCodeAt(at + 1)
    if (unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) at++
    count++
  }
  return count
}

// trim() knows U+3000, U+00A0 and BOM but not these, and an invisible edge makes two equal names differ.
const INVISIBLE_EDGE = '\u200b\u2060'

const isEdge = (char: string) => char.trim() === '' || INVISIBLE_EDGE.includes(char)

/** NFC, without blank or invisible edges (ideographic and no-break space, BOM, zero-width space); the inside stays. */
export function cleanText(text: string): string {
  // Walked by hand: a pattern such as /\s+$/ takes quadratic time on a run of blanks.
  let from = 0
  let to = text.length
  while (from < to && isEdge(text[from]!)) from++
  while (to > from && isEdge(text[to - 1]!)) to--
  return text.slice(from, to).normalize('NFC')
}

const isBidiOverride = (code: number) => (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
const isNonCharacter = (code: number) => (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe
const isLoneSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff

function isControl(code: number, multiline: boolean): boolean {
  if (multiline && (code === 0x09 || code === 0x0a || code === 0x0d)) return false
  return code < 0x20 || (code >= 0x7f && code <= 0x9f)
}

/** True when the text holds what may not be stored: controls, lone surrogates, bidi overrides, noncharacters.
 * `multiline` (long text) lets line breaks and tabs through. */
export function hasForbidden(text: string, multiline = false): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at)!
    if (code > 0xffff) at++
    if (isControl(code, multiline) || isLoneSurrogate(code) || isBidiOverride(code) || isNonCharacter(code)) return true
  }
  return false
}

/** Full-width letters, digits and signs (！ to ～) and the ideographic space as their ASCII twins; nothing else moves. */
export function toHalfWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
}
