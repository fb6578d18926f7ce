// 公司网址: only what a browser may open by a click, so never javascript: or data:.
import { cleanText, toHalfWidth } from '../text.ts'
import { isHostName } from './hostName.ts'

const LONGEST_WEBSITE = 200
const SCHEME = /^https?:\/\//i
// Half-width: toHalfWidth has run. 、 is how the exchange lists two addresses in one cell.
const BETWEEN_ADDRESSES = /[、,;\s]/
const NOT_IN_A_PATH = /[\s<>"'`\\^{|}\p{C}]/u

/** 'www.vanke.com' or 'https://a.cn/b' as typed, trimmed; several are joined by '、'. Null when one is no web address. */
export function cleanWebsite(text: string): string | null {
  if (text.length > LONGEST_WEBSITE) return null
  const addresses = toHalfWidth(cleanText(text)).split(BETWEEN_ADDRESSES).filter(Boolean)
  return addresses.length > 0 && addresses.every(isAddress) ? addresses.join('、') : null
}

/** The links of a stored website: what to show, where to go. Nothing for a text that is no address. */
export function websiteLinks(website: string): { text: string; href: string }[] {
  const clean = cleanWebsite(website)
  if (clean === null) return []
  // Plain http: the site itself moves to https when it has it, the other way round the link would be dead.
  return clean.split('、').map((text) => ({ text, href: SCHEME.test(text) ? text : `http://${text}` }))
}

function isAddress(address: string): boolean {
  const rest = address.replace(SCHEME, '')
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  if (NOT_IN_A_PATH.test(rest)) return false
  const [host = '', port, ...more] = authority.split(':')
  if (more.length > 0 || (port !== undefined && !isPort(port))) return false
  // No host name holds an @: a name before it is how a link pretends to be another site.
  return isHostName(host)
}

const isPort = (port: string) => /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
