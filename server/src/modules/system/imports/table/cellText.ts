import { SSF, type CellObject } from '@e965/xlsx'

export type CellReading = { text: string; warning?: string }

const EMPTY: CellReading = { text: '' }
const ERROR_TEXT: Record<number, string> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
  43: '#GETTING_DATA',
}
/** Excel keeps 15 significant digits; what a number shows beyond them was made up. */
const EXACT_BELOW = 1e15

/** What a person reads in the cell: numbers in full, days as YYYY-MM-DD, flags as 是 / 否, errors as their sign. */
export const cellText = (cell: CellObject | undefined, date1904: boolean): CellReading => {
  switch (cell?.t) {
    case 's':
      return { text: String(cell.v ?? '').replace(/\r\n?/g, '\n') }
    case 'n':
      return readNumber(cell.v as number, formatOf(cell))
    case 'd':
      return readDate(cell.v as Date, formatOf(cell), date1904)
    case 'b':
      return { text: cell.v ? '是' : '否' }
    case 'e':
      return errorCell(ERROR_TEXT[cell.v as number] ?? '#VALUE!')
    default:
      return EMPTY
  }
}

const errorCell = (sign: string): CellReading => ({ text: sign, warning: `单元格的公式出错,内容是 ${sign}` })

/** First section (the positive numbers) without colours, locales and currency marks in brackets. */
const formatOf = (cell: CellObject) => (typeof cell.z === 'string' ? cell.z : 'General')
const bare = (format: string) => format.replace(/\[[^\]]*\]/g, '').replace(/"[^"]*"|\\.|_./g, '')

/** A format that only pads a whole number with zeros: 000000, "KH"0000, 000-0000. */
const padsWithZeros = (format: string) =>
  /^[^#?.,%/eEyYmMdDhHsS@]*0[^#?.,%/eEyYmMdDhHsS@]*0[^#?.,%/eEyYmMdDhHsS@]*$/.test(bare(format).split(';')[0] ?? '')

const readNumber = (value: number, format: string): CellReading => {
  if (!Number.isFinite(value)) return errorCell('#NUM!')
  if (Math.abs(value) >= EXACT_BELOW) {
    return { text: numberText(value), warning: '数字超过 15 位,Excel 已丢失末尾几位,请把这一列设为文本后重新填写' }
  }
  if (Number.isInteger(value) && value >= 0 && padsWithZeros(format)) return { text: String(SSF.format(format, value)) }
  if (bare(format).split(';')[0]?.includes('%')) return { text: `${shiftPoint(numberText(value), 2)}%` }
  return { text: numberText(value) }
}

/** Decimal text without exponent and without float noise (0.1 + 0.2 is 0.3). */
export const numberText = (value: number): string => {
  const clean = Math.abs(value) >= EXACT_BELOW ? value : Number(value.toPrecision(15))
  const [digits = '0', exponent] = String(clean === 0 ? 0 : clean).split('e')
  return exponent ? shiftPoint(digits, Number(exponent)) : digits
}

/** Moves the decimal point by `places`: by text, since `* 100` would bring the noise back. */
const shiftPoint = (decimal: string, places: number) => {
  const sign = decimal.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = decimal.slice(sign.length).split('.')
  const digits = whole + fraction
  const point = whole.length + places
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const right = (point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits).replace(/0+$/, '')
  return sign + left.replace(/^0+(?=\d)/, '') + (right ? `.${right}` : '')
}

const DAY_MS = 86_400_000
const FIRST_1900 = Date.UTC(1900, 0, 1)
const FIRST_1904 = Date.UTC(1904, 0, 1)
const pad = (value: number) => String(value).padStart(2, '0')

const readDate = (value: Date, format: string, date1904: boolean): CellReading => {
  // Serials are fractions of a day: 14:30:00 may come back as 14:29:59.999.
  const ms = Math.round(value.getTime() / 1000) * 1000
  const year = new Date(ms).getUTCFullYear()
  if (!Number.isFinite(ms) || year > 9999) return errorCell('#VALUE!')
  if (/\[(h+|m+|s+)\]/i.test(format)) return { text: elapsedText(ms, date1904) }
  const iso = new Date(ms).toISOString()
  const time = iso.slice(11, 19)
  const timeOnly = date1904 ? ms < FIRST_1904 + DAY_MS && !/[yd]/i.test(bare(format)) : ms < FIRST_1900
  if (timeOnly) return { text: time }
  const day = iso.slice(0, 10)
  return { text: time === '00:00:00' ? day : `${day} ${time}` }
}

/** [h]:mm:ss: hours since day zero, which lies one further back once Excel's false 29 February 1900 is behind. */
const elapsedText = (ms: number, date1904: boolean) => {
  const zero = date1904 ? FIRST_1904 : FIRST_1900 - DAY_MS
  const passed = ms - zero
  const seconds = Math.round((!date1904 && passed >= 60 * DAY_MS ? passed + DAY_MS : passed) / 1000)
  return `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
}
