import { toHalfWidth } from '@crm/shared/text'

const ALLOWED = /^[\p{Script=Han}A-Za-z0-9][\p{Script=Han}A-Za-z0-9._@-]*$/u

/** As it is kept: full-width letters and digits as people see them on the keyboard. */
export const cleanUsername = (typed: string): string => toHalfWidth(typed).trim()
/** Equal for names that differ in nothing but upper and lower case. */
export const foldUsername = (typed: string): string => cleanUsername(typed).toLowerCase()
export const usernameProblem = (username: string): string | null =>
  ALLOWED.test(username) ? null : '用户名只能用汉字、字母、数字和 . _ - @,并以汉字、字母或数字开头'
