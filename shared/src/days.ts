// Business days are 'YYYY-MM-DD' text in the company's zone; instants are UTC text with ms. Nothing here looks at a clock.
import { toHalfWidth } from './text.ts'

/** A civil date 'YYYY-MM-DD', 1900-01-01 to 2199-12-31. */
export type Day = string

const FIRST_DAY = '1900-01-01'
const LAST_DAY = '2199-12-31'
const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** True for a date of the calendar within the range: not 2023-02-29, not 0000-00-00. */
export function isDay(text: string): boolean {
  if (!DAY.test(text) || text < FIRST_DAY || text > LAST_DAY) return false
  const [month, day] = [Number(text.slice(5, 7)), Number(text.slice(8))]
  // The day 0 of the next month is the last of this one.
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    (day <= 28 || day <= new Date(Date.UTC(yearOf(text), month, 0)).getUTCDate())
  )
}
const yearOf = (day: Day): number => Number(day.slice(0, 4))

// The documented forms, the same at every entrance: form, import, API.
const WRITTEN_DAYS = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
  /^(\d{4})(\d{2})(\d{2})$/,
]

/** The day of '2024-01-05', '2024/1/5', '2024.1.5', '2024年1月5日' or '20240105' (full-width too); null for the rest. */
export function parseDay(text: string): Day | null {
  const plain = toHalfWidth(text).trim()
  for (const form of WRITTEN_DAYS) {
    const match = form.exec(plain)
    if (!match) continue
    const [, year = '', month = '', day = ''] = match
    const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    return isDay(written) ? written : null
  }
  return null
}

const formatters = new Map<string, Intl.DateTimeFormat>() // making one costs 50 us, using it 1 us

/** The civil day of an instant in a zone such as 'Asia/Shanghai'. RangeError for a bad instant or zone. */
export function dayOf(instantIso: string, zone: string): Day {
  let formatter = formatters.get(zone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
    formatters.set(zone, formatter)
  }
  const [month, day, year] = formatter.format(new Date(instantIso)).split('/')
  return `${year}-${month}-${day}`
}

/** The day `count` days later (earlier when negative). RangeError when it leaves the calendar. */
export function addDays(day: Day, count: number): Day {
  const moved = Number.isSafeInteger(count) ? toDay(toMs(day) + count * DAY_MS) : ''
  if (moved < FIRST_DAY || moved > LAST_DAY) throw new RangeError(`no such day: ${day} + ${count}`)
  return moved
}

/** Days from `from` to `to`: 1 from today to tomorrow, negative backwards. */
export const diffDays = (to: Day, from: Day): number => (toMs(to) - toMs(from)) / DAY_MS

/** 'YYYY-MM' of a day. */
export function monthOf(day: Day): string {
  toMs(day)
  return day.slice(0, 7)
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** True for a UTC instant exactly as toISOString writes it. */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text)) return false
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text
}

function toMs(day: Day): number {
  if (!isDay(day)) throw new RangeError(`not a day: ${day}`)
  return Date.UTC(yearOf(day), Number(day.slice(5, 7)) - 1, Number(day.slice(8)))
}

// A far count leaves the range of Date: '' is then refused like any other wrong day.
function toDay(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : ''
}
