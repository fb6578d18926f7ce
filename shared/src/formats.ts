import { checker, type Formats } from './kernel/check.ts'
import { cleanCreditCode, creditCodeProblem } from './rules/creditCode.ts'
import { isEmail } from './rules/email.ts'
import { isPhone, looksMasked } from './rules/phone.ts'
import { cleanWebsite } from './rules/website.ts'

const test = (ok: (text: string) => boolean, problem: string) => (text: string) =>
  ok(text) ? { value: text } : { problem }

/** What each text format accepts and how it is cleaned; the same in the browser, the API and imports. */
export const formats: Formats = {
  // A number that comes back as it was shown is no change: where the stored one is known (mask.ts of the server), it is left alone.
  phone: (text, { mask }) =>
    isPhone(text) || (mask && looksMasked(text)) ? { value: text } : { problem: '不是有效的电话号码' },
  email: (text) => (isEmail(text) ? { value: text } : { problem: '不是有效的邮箱地址' }),
  website: (text) => {
    const value = cleanWebsite(text)
    return value === null ? { problem: '不是有效的网址' } : { value }
  },
  creditCode: (text) => {
    const value = cleanCreditCode(text)
    const problem = creditCodeProblem(value)
    return problem === null ? { value } : { problem: `:${problem}` }
  },
  region: test((text) => /^[1-9]\d{5}$/.test(text), '不是有效的地区代码'),
  color: test((text) => /^#[0-9a-f]{6}$/.test(text), '应为 #rrggbb 形式的颜色'),
}

export const check = checker(formats)
