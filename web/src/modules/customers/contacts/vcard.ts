import type { Contact, Customer } from '../rows'

/** What a card carries; numbers are whole or left out, a masked one helps nobody. */
export type CardOf = Pick<
  Contact,
  'name' | 'jobTitle' | 'department' | 'email' | 'wechat' | 'birthday' | 'birthdayCalendar'
> & {
  readonly mobile?: string | null
  readonly mobile2?: string | null
  readonly phone?: string | null
}
type CompanyOf = Pick<Customer, 'name' | 'regionName' | 'address' | 'website'>

const MOST_OCTETS = 75
const encoder = new TextEncoder()
const escaped = (text: string) => text.replace(/[\\;,]/g, (char) => `\\${char}`).replace(/\r?\n/g, '\\n')

/** RFC 2426 §2.6: a line longer than 75 octets goes on after CRLF and a space, never inside a character. */
export function folded(line: string): string {
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const char of line) {
    const size = encoder.encode(char).length
    if (octets + size > MOST_OCTETS) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += char
    octets += size
  }
  return [...lines, current].join('\r\n')
}

/** vCard 3.0 in UTF-8, as phones and mail programs read it. */
export function vcard(person: CardOf, company: CompanyOf): string {
  const line = (name: string, ...values: (string | null | undefined)[]) =>
    values.some(Boolean) ? [`${name}:${values.map((value) => escaped(value ?? '')).join(';')}`] : []
  const place = [company.regionName, company.address].filter(Boolean).join(' ')
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    ...line('N', person.name, '', '', '', ''),
    ...line('FN', person.name),
    ...line('ORG', company.name, ...(person.department ? [person.department] : [])),
    ...line('TITLE', person.jobTitle),
    ...line('TEL;TYPE=CELL', person.mobile),
    ...line('TEL;TYPE=CELL', person.mobile2),
    ...line('TEL;TYPE=WORK', person.phone),
    ...line('EMAIL;TYPE=INTERNET', person.email),
    ...(place ? line('ADR;TYPE=WORK', '', '', place, '', '', '', '') : []),
    ...line('URL', company.website),
    // The lunar birthday falls on another day each year: no calendar of a phone knows that.
    ...(person.birthdayCalendar === 'solar' ? line('BDAY', person.birthday) : []),
    ...line('NOTE', person.wechat && `微信:${person.wechat}`),
    'END:VCARD',
  ]
    .map(folded)
    .join('\r\n')
    .concat('\r\n')
}

/** Hands the card to the browser as a download. */
export function saveCard(fileName: string, card: string): void {
  const url = URL.createObjectURL(new Blob([card], { type: 'text/vcard;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName.replace(/[\\/:*?"<>|]/g, '_')}.vcf`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url))
}
