// 统一社会信用代码 (GB 32100): 18 characters, the last one checks the others.
import { toHalfWidth } from '../text.ts'

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY' // no I O S V Z: too easily misread
const LENGTH = 18

/** As it is stored and compared: half-width, upper case, without blanks and dashes. */
export function cleanCreditCode(text: string): string {
  return toHalfWidth(text).replace(/[\s-]/g, '').toUpperCase()
}

/** What is wrong with the code, in the user's words; null when it is right. Takes it as typed. */
export function creditCodeProblem(code: string): string | null {
  const clean = cleanCreditCode(code)
  if (clean.length !== LENGTH) return `统一社会信用代码应为 ${LENGTH} 位,现为 ${clean.length} 位`
  const stranger = [...clean].find((char) => !ALPHABET.includes(char))
  if (stranger !== undefined) return `统一社会信用代码不能含“${stranger}”(只用数字和除 I、O、S、V、Z 外的字母)`
  return clean[LENGTH - 1] === checkCharacter(clean) ? null : '统一社会信用代码的校验位不对,请核对是否有输错的字符'
}

// C18 = (31 - Σ Cᵢ·3^(i-1) mod 31) mod 31
function checkCharacter(code: string): string {
  let sum = 0
  let weight = 1
  for (const char of code.slice(0, LENGTH - 1)) {
    sum += ALPHABET.indexOf(char) * weight
    weight = (weight * 3) % 31
  }
  return ALPHABET[(31 - (sum % 31)) % 31]!
}
