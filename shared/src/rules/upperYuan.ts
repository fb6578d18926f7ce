import { type Fen, MAX_FEN } from '../money.ts'

const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const PLACES = ['', '拾', '佰', '仟']
const GROUPS = ['', '万', '亿', '万亿']

/** One group of four digits: `1001` is 壹仟零壹; nothing of 0. */
function groupOf(digits: string): string {
  let said = ''
  let skipped = false
  for (const [at, digit] of [...digits].entries()) {
    if (digit === '0') {
      skipped = said !== ''
      continue
    }
    said += `${skipped ? '零' : ''}${DIGITS[Number(digit)]}${PLACES[digits.length - 1 - at]}`
    skipped = false
  }
  return said
}

/** The whole yuan: groups of four from the left, 零 wherever digits were passed over between two that are said. */
function wholeOf(yuan: string): string {
  const length = Math.ceil(yuan.length / 4)
  const padded = yuan.padStart(length * 4, '0')
  let said = ''
  for (let group = 0; group < length; group++) {
    const digits = padded.slice(group * 4, group * 4 + 4)
    const words = groupOf(digits)
    if (words === '') continue
    const gap = said !== '' && (digits.startsWith('0') || padded.slice(group * 4 - 4, group * 4) === '0000')
    const unit = GROUPS[length - 1 - group]!
    // 万亿 followed by 亿 is said once: 壹万贰仟亿.
    const next = padded.slice(group * 4 + 4, group * 4 + 8)
    said += `${gap ? '零' : ''}${words}${unit === '万亿' && next !== '0000' ? '万' : unit}`
  }
  return said
}

/** 金额大写: `壹仟零伍元叁角整`. RangeError when it is no amount. */
export function upperYuan(fen: Fen): string {
  if (!Number.isSafeInteger(fen) || Math.abs(fen) > MAX_FEN) throw new RangeError(`not an amount in 分: ${fen}`)
  const digits = String(Math.abs(fen)).padStart(3, '0')
  const [yuan, jiao, cent] = [digits.slice(0, -2), digits.at(-2)!, digits.at(-1)!]
  const whole = wholeOf(yuan)
  const parts = [whole === '' ? '' : `${whole}元`]
  if (jiao !== '0') parts.push(`${DIGITS[Number(jiao)]}角`)
  else if (cent !== '0' && whole !== '') parts.push('零')
  if (cent !== '0') parts.push(`${DIGITS[Number(cent)]}分`)
  const said = parts.join('') || '零元'
  return `${fen < 0 ? '负' : ''}${said}${cent === '0' ? '整' : ''}`
}
