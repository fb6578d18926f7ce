// E-mail addresses: good enough to send to, refused early when they cannot be.
import { cleanText, toHalfWidth } from '../text.ts'
import { isHostName } from './hostName.ts'

const LONGEST_ADDRESS = 254 // RFC 5321 path limit
const LONGEST_LOCAL = 64
const LOCAL = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]+$/u

/** True for one address 'a@b.cn': no display name, no quoted local part. */
export function isEmail(text: string): boolean {
  if (text.length > LONGEST_ADDRESS) return false
  const [local = '', host = '', ...rest] = text.split('@')
  if (rest.length > 0 || local.length > LONGEST_LOCAL || !LOCAL.test(local)) return false
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false
  return isHostName(host)
}

/** What 查重 compares: trimmed, half-width, lower case. Null when it is no address. */
export function emailKey(text: string): string | null {
  const key = toHalfWidth(cleanText(text)).toLowerCase()
  return isEmail(key) ? key : null
}

/** 'l***@example.com': enough to recognise, too little to write to. */
export function maskEmail(text: string): string {
  const [local = '', host = ''] = text.split('@')
  return `${[...local][0] ?? ''}***@${host}`
}
