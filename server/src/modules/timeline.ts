import { type TimelineEntry, type TimelineKind, timelineKinds, type TimelinePage } from '@crm/shared/contract/timeline'
import { isInstant } from '@crm/shared/days'
import { type Actor, can } from '../core/access/actor.ts'
import { invalidField } from '../core/problem.ts'
import type { Bound, TimelineSource } from '../core/rows/timeline.ts'
import type { Read } from '../db/store.ts'
import { contractsOfCustomer } from './contracts/agreements/service.ts'
import { deliveriesOfCustomer } from './contracts/deliveries/service.ts'
import { documentsOfCustomer } from './contracts/documents/service.ts'
import { ordersOfCustomer } from './contracts/orders/service.ts'
import { contactLog, customerLog, customers, movesOfCustomer } from './customers/service.ts'
import { invoicesOfCustomer, receiptsOfCustomer, receivablesOfCustomer } from './finance/service.ts'
import { feedbackOfCustomer } from './service/feedback/service.ts'
import { quotesOfCustomer } from './sales/quotes/service.ts'
import { followUpsOfCustomer, remindersOfCustomer } from './work/interactions/service.ts'

/** What the modules tell of a customer. Of the same instant, an earlier one here comes first. */
const sources: readonly TimelineSource[] = [
  followUpsOfCustomer,
  remindersOfCustomer,
  feedbackOfCustomer,
  contractsOfCustomer,
  ordersOfCustomer,
  quotesOfCustomer,
  deliveriesOfCustomer,
  receivablesOfCustomer,
  receiptsOfCustomer,
  invoicesOfCustomer,
  documentsOfCustomer,
  movesOfCustomer,
  contactLog,
  customerLog,
]

const PAGE = 30
const NEWEST: Bound = { at: '9999-12-31T23:59:59.999Z', id: Number.MAX_SAFE_INTEGER }

interface Cursor extends Bound {
  readonly rank: number
}
/** `2026-11-22T01:00:00.000Z~interaction~34`: the last entry of the page before. */
function cursorOf(text: string): Cursor {
  const [at = '', name, id = ''] = text.split('~')
  const rank = sources.findIndex((source) => source.name === name)
  if (!isInstant(at) || rank < 0 || !/^[1-9]\d{0,14}$/.test(id)) throw invalidField('before', '从哪一条往前的值无效')
  return { at, rank, id: Number(id) }
}
/** Where a source goes on: at the very instant of the cursor, those listed before it have told all, those behind it nothing. */
const boundFor = ({ at, id, rank }: Cursor, own: number): Bound =>
  own === rank ? { at, id } : { at, id: own < rank ? 0 : Number.MAX_SAFE_INTEGER }

/** Everything that happened to the customer, newest first, a page at a time. */
export async function timelineOf(
  read: Read,
  actor: Actor,
  customerId: number,
  { before, kinds, size = PAGE }: { before?: string; kinds?: readonly string[]; size?: number },
): Promise<TimelinePage> {
  await customers.reach(read, actor, customerId, 'customer.read')
  const cursor = before === undefined ? null : cursorOf(before)
  const open = sources.map((source, rank) => ({ source, rank })).filter(({ source }) => can(actor, source.permission))
  const wants = (kind: TimelineKind) => kinds === undefined || kinds.includes(kind)
  const found: { entry: TimelineEntry; rank: number }[] = []
  for (const { rank, source } of open) {
    if (!source.kinds.some(wants)) continue
    const ask = { before: cursor ? boundFor(cursor, rank) : NEWEST, size: size + 1, wants }
    for (const entry of await source.entries(read, actor, customerId, ask)) found.push({ entry, rank })
  }
  found.sort((a, b) =>
    a.entry.at === b.entry.at ? a.rank - b.rank || b.entry.id - a.entry.id : a.entry.at < b.entry.at ? 1 : -1,
  )
  const page = found.slice(0, size)
  const last = found.length > size ? page.at(-1) : undefined
  const shown = new Set(open.flatMap(({ source }) => source.kinds))
  return {
    items: page.map(({ entry }) => entry),
    before: last ? `${last.entry.at}~${sources[last.rank]!.name}~${last.entry.id}` : null,
    kinds: (Object.keys(timelineKinds) as TimelineKind[]).filter((kind) => shown.has(kind)),
  }
}
