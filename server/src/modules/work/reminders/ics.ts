import type { Day } from '@crm/shared/days'
import { addDays } from '@crm/shared/days'
import { maskPhone } from '@crm/shared/rules/phone'
import { aheadMs } from '@crm/shared/rules/zoned'

/** A reminder (at an instant) or a whole day. */
export type IcsEvent = {
  readonly uid: string
  readonly title: string
  readonly changedAt: string
  readonly description?: string | null
} & ({ readonly at: string } | { readonly on: Day })

const MOST_OCTETS = 75
const HALF_HOUR_MS = 1_800_000
const bytes = new TextEncoder()

/** RFC 5545 §3.1: at most 75 octets a line, never cut within a character; what follows begins with a space. */
export function folded(line: string): string {
  let out = ''
  let used = 0
  for (const char of line) {
    const size = bytes.encode(char).length
    if (used + size > MOST_OCTETS) {
      out += '\r\n '
      used = 1
    }
    out += char
    used += size
  }
  return out
}

/** RFC 5545 §3.3.11. Control characters have no place in a text. */
export const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, (char) => `\\${char}`)
    .replace(/\r\n|\r|\n/g, '\\n')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')

const MOBILE = /(?:(?:\+|00)?86[ -]?)?0?1[3-9]\d[ -]?\d{4}[ -]?\d{4}/
const LANDLINE = /(?:(?:\+|00)86[ -]?0?\d{2,3}|0\d{2,3})[ -]?\d{7,8}/
const NUMBERS = new RegExp(`(?<!\\d)(?:${MOBILE.source}|${LANDLINE.source})(?!\\d)`, 'g')
/** A feed is read by servers elsewhere: numbers people typed into a title stay here. */
const withoutNumbers = (text: string): string =>
  text.replace(NUMBERS, (number) => maskPhone(number.replace(/[ -]/g, '')))

const plain = (iso: string) => iso.replace(/[-:]|\.\d{3}/g, '')
const wall = (instant: string, zone: string) =>
  plain(new Date(Date.parse(instant) + aheadMs(instant, zone)).toISOString()).slice(0, 15)
const offset = (ms: number) => {
  const minutes = Math.abs(Math.round(ms / 60_000))
  const two = (n: number) => String(n).padStart(2, '0')
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}

/** The company's zone with every change of its clocks between the two instants. */
export function vtimezone(zone: string, from: string, to: string): string[] {
  const part = (kind: 'STANDARD' | 'DAYLIGHT', start: string, before: number, after: number) => [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${offset(before)}`,
    `TZOFFSETTO:${offset(after)}`,
    `END:${kind}`,
  ]
  let ahead = aheadMs(from, zone)
  const lines = part('STANDARD', '19700101T000000', ahead, ahead)
  for (let ms = Date.parse(from) - (Date.parse(from) % HALF_HOUR_MS); ms < Date.parse(to); ms += 48 * HALF_HOUR_MS) {
    const next = aheadMs(new Date(ms + 48 * HALF_HOUR_MS).toISOString(), zone)
    if (next === ahead) continue
    // The day it changes is known; now the half-hour.
    let at = ms
    while (aheadMs(new Date(at + HALF_HOUR_MS).toISOString(), zone) === ahead) at += HALF_HOUR_MS
    const start = plain(new Date(at + HALF_HOUR_MS + ahead).toISOString()).slice(0, 15)
    lines.push(...part(next > ahead ? 'DAYLIGHT' : 'STANDARD', start, ahead, next))
    ahead = next
  }
  return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...lines, 'END:VTIMEZONE']
}

const DURATION = 'DURATION:PT30M'

/** A whole calendar as text. `from` and `to` bound what its events may speak of. */
export function icsOf(
  name: string,
  zone: string,
  events: readonly IcsEvent[],
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//CRM//reminders//ZH',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    `X-WR-TIMEZONE:${zone}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT30M',
    'X-PUBLISHED-TTL:PT30M',
    ...vtimezone(zone, from, to),
    ...events.flatMap((event) => [
      'BEGIN:VEVENT',
      `UID:${event.uid}`,
      `DTSTAMP:${plain(event.changedAt)}`,
      `LAST-MODIFIED:${plain(event.changedAt)}`,
      ...('at' in event
        ? [`DTSTART;TZID=${zone}:${wall(event.at, zone)}`, DURATION]
        : [
            `DTSTART;VALUE=DATE:${plain(event.on)}`,
            `DTEND;VALUE=DATE:${plain(addDays(event.on, 1))}`,
            'TRANSP:TRANSPARENT',
          ]),
      `SUMMARY:${escaped(withoutNumbers(event.title))}`,
      ...(event.description ? [`DESCRIPTION:${escaped(withoutNumbers(event.description))}`] : []),
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}
