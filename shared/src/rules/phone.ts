// Telephone numbers as people in China write them: how they are compared, searched and hidden.
import { toHalfWidth } from '../text.ts'

const FEWEST_DIGITS = 3 // 110, 114
const MOST_DIGITS = 20 // 106… service numbers go up to 20
const SHORTEST_TEXT = 3
const LONGEST_TEXT = 30

const MOBILE = /^1[3-9]\d{9}$/
/** Dialled to another province, and shown so by switchboards. */
const MOBILE_AFTER_0 = /^01[3-9]\d{9}$/
const LANDLINE = /^0(?:10|2\d|[3-9]\d\d)\d{7,8}$/
const LANDLINE_SERVICE = /^0(?:10|2\d|[3-9]\d\d)9\d{4,5}$/ // 021-962319
const FREE_CALL = /^[48]00\d{7}$/
const LOCAL = /^[2-8]\d{6,7}$/

const PHONE_CHARACTERS = /^[\d +()./\-转轉分机ext#:]+$/
const EXTENSION_MARK = /转|轉|分机|ext\.?|x|#/
const OTHER_DASHES = /[\u2010-\u2015\u2212·]/g

type Phone = { digits: string; extension: string | null }

/** The key two numbers are compared by: digits without +86/0086; a landline called from abroad (+86 10 …) regains its 0;
 * a mobile loses the 0 of a call to another province; a foreign number is 00 + country code + number, so that +1 877… is not taken for the mobile 1877…. The extension is left
 * out: 0755-28780808转801 and …转802 are one line. Null without at least three digits. */
export const phoneDigits = (text: string): string | null => parsePhone(text)?.digits ?? null

/** '801' of '0755-28780808转801', '…ext.801', '…-801'; null without one. */
export const phoneExtension = (text: string): string | null => parsePhone(text)?.extension ?? null

/** True for a mainland mobile, in whatever way it is written. */
export const isMobile = (text: string): boolean => MOBILE.test(phoneDigits(text) ?? '')

/** True for mobiles, landlines with or without extension, 400/800, short and service numbers, foreign numbers. */
export function isPhone(text: string): boolean {
  const plain = plainPhone(text)
  if (plain.length < SHORTEST_TEXT || plain.length > LONGEST_TEXT || !PHONE_CHARACTERS.test(plain)) return false
  const digits = phoneDigits(plain)
  return digits !== null && isNumber(digits)
}

const AREA = /^0(?:10|2\d|[3-9]\d\d)/
/**
 * How the line of a caller may have been written down besides `digits`: a landline without its area code, and a number shown without
 * one (called from the same city) as the end of a landline with it.
 */
export function otherWays(digits: string): { readonly local: string | null; readonly isLocal: boolean } {
  return { local: LANDLINE.test(digits) ? digits.replace(AREA, '') : null, isLocal: LOCAL.test(digits) }
}

/** What a search box holds, as digits to look for: '+86 138 0013' -> '1380013'. Null when it is not only a number. */
export function phoneFragment(text: string): string | null {
  const plain = plainPhone(text)
  if (plain.length > LONGEST_TEXT || !PHONE_CHARACTERS.test(plain)) return null
  const digits = plain.replace(/\D/g, '')
  const national = /^(?:\+|00)/.test(plain) ? digits.replace(/^(?:0086|86)/, '') : (phoneDigits(plain) ?? digits)
  return national.length >= FEWEST_DIGITS ? national : null
}

/** '138****2041', '0755****8888', '4****8113': at most four first digits and the last four; of a number under 11 digits
 * never more than half. The extension is hidden. '' stays ''. */
export function maskPhone(text: string): string {
  const phone = parsePhone(text)
  if (!phone) return text.trim() === '' ? '' : MASK
  const foreign = phone.digits.startsWith('00')
  const digits = foreign ? phone.digits.slice(2) : phone.digits
  const [first, last] = shownDigits(digits)
  return (foreign ? '+' : '') + digits.slice(0, first) + MASK + digits.slice(digits.length - last)
}

const MASK = '****'

/** True for a number that came out of maskPhone (or was starred by hand): it must never be stored over the real one. */
export const looksMasked = (text: string): boolean => /[*＊•]/.test(text)

function shownDigits(digits: string): [first: number, last: number] {
  if (digits.length >= 11) return [/^0[3-9]/.test(digits) ? 4 : 3, 4]
  const half = Math.floor(digits.length / 2)
  const last = Math.min(4, half)
  return [half - last, last]
}

function isNumber(digits: string): boolean {
  if (digits.length > MOST_DIGITS) return false
  if (digits.startsWith('00')) return digits.length >= 2 + 5 && digits.length <= 2 + 15 // E.164: 15 at most
  if (digits.startsWith('0')) return LANDLINE.test(digits) || LANDLINE_SERVICE.test(digits)
  // The usual slip is a mobile with one digit too few or too many.
  return !/^1[3-9]/.test(digits) || MOBILE.test(digits) || digits.length < 9
}

const plainPhone = (text: string) => toHalfWidth(text).replace(OTHER_DASHES, '-').trim().toLowerCase()

function parsePhone(text: string): Phone | null {
  const plain = plainPhone(text)
  const mark = plain.search(EXTENSION_MARK)
  const main = mark < 0 ? plain : plain.slice(0, mark)
  const { prefix, groups } = dropChina(main)
  let extension: string | null = mark < 0 ? null : plain.slice(mark).replace(/\D/g, '') || null
  if (mark < 0 && prefix !== 'foreign' && endsInExtension(groups)) extension = groups.pop()!
  const dialled = withAreaZero(groups.join(''), prefix)
  const digits = MOBILE_AFTER_0.test(dialled) ? dialled.slice(1) : dialled
  return digits.length >= FEWEST_DIGITS ? { digits, extension } : null
}

/** Groups of digits without China's country code; 'foreign' ones begin with 00 and their own. */
function dropChina(main: string): { prefix: 'none' | 'china' | 'foreign'; groups: string[] } {
  const groups = main.match(/\d+/g) ?? []
  const digits = groups.join('')
  const plus = /^\(?\+/.test(main)
  if (digits.startsWith('0086')) return { prefix: 'china', groups: dropDigits(groups, 4) }
  if (plus && digits.startsWith('86')) return { prefix: 'china', groups: dropDigits(groups, 2) }
  if (plus) return { prefix: 'foreign', groups: ['00', ...groups] }
  if (digits.startsWith('00')) return { prefix: 'foreign', groups }
  const bare86 = (groups[0] === '86' && groups.length > 1) || /^861[3-9]\d{9}$/.test(digits)
  return bare86 ? { prefix: 'china', groups: dropDigits(groups, 2) } : { prefix: 'none', groups }
}

function dropDigits(groups: string[], count: number): string[] {
  const [first = '', ...rest] = groups
  if (first.length > count) return [first.slice(count), ...rest]
  return first.length === count ? rest : dropDigits(rest, count - first.length)
}

const isWhole = (digits: string) => MOBILE.test(digits) || LANDLINE.test(digits) || FREE_CALL.test(digits)

/** 0755-28780808-801: what stands before the last dash is already a whole number. */
function endsInExtension(groups: string[]): boolean {
  const last = groups.at(-1) ?? ''
  if (groups.length < 2 || last.length > 6 || isWhole(groups.join(''))) return false
  const before = groups.slice(0, -1).join('')
  return isWhole(before) || (groups.length === 2 && LOCAL.test(before) && last.length <= 5)
}

/** +86 (10) 6588 3001 is dialled 010… at home. */
function withAreaZero(digits: string, prefix: 'none' | 'china' | 'foreign'): string {
  return prefix === 'china' && !isWhole(digits) && LANDLINE.test(`0${digits}`) ? `0${digits}` : digits
}
