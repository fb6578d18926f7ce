import { isPhone } from '@crm/shared/rules/phone'

const BETWEEN = /[;,、|/\n]|\s{2,}|\s+(?=(?:\+|1[3-9]\d|0\d{2,3}|[48]00))/

/** The numbers of one cell: `010-88087733;95030` holds two. Parts that are no number stand in `others`. */
export function phonesIn(text: string): { phones: string[]; others: string[] } {
  if (isPhone(text)) return { phones: [text], others: [] }
  const parts = text
    .normalize('NFKC')
    .split(BETWEEN)
    .map((part) => part.trim())
    .filter(Boolean)
  const phones = [...new Set(parts.filter(isPhone))]
  return { phones, others: parts.filter((part) => !isPhone(part)) }
}
