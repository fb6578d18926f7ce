import type { ToRed } from '@crm/shared/contract/invoices'
import type { Fen } from '@crm/shared/money'
import { sql } from 'kysely'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import type { Source } from '../receivables/source.ts'

const name = sql.ref
type Paper = Omit<ToRed, 'amountFen' | 'reason'> & { readonly orderId: number | null }
interface Sold {
  readonly id: number
  readonly amountFen: Fen
  readonly netFen: Fen
}
const all = async <T>(db: Read | Tx, query: ReturnType<typeof sql<T>>): Promise<T[]> =>
  (await query.execute(db as Tx)).rows
const sum = <T>(rows: readonly T[], of: (row: T) => Fen): Fen => rows.reduce((fen, row) => fen + of(row), 0)
const REASON_MOST = 200

/** Invoices that are out, of the order or the contract with its orders, the newest first, with what stands of each. */
const papersOf = (db: Read | Tx, { id, kind }: Source) =>
  all(
    db,
    sql<Paper>`select * from (select i.id, i.number, i.${name('invoiceNumber')}, i.version, i.${name('orderId')},
        i.${name('amountFen')} + coalesce((select sum(r.${name('amountFen')}) from ${sql.table('invoices')} r
          where r.${name('redOfId')} = i.id and r.state = 'issued' and r.${name('deletedAt')} is null), 0) as ${name('restFen')}
      from ${sql.table('invoices')} i where i.${name(kind === 'order' ? 'orderId' : 'contractId')} = ${id}
        and i.state = 'issued' and i.${name('redOfId')} is null and i.${name('deletedAt')} is null) p
      where p.${name('restFen')} > 0 order by p.id desc`,
  )
const soldBy = (db: Read | Tx, { id, kind }: Source) =>
  all(
    db,
    sql<Sold>`select id, ${name('amountFen')}, ${name('netFen')} from ${sql.table('effectiveOrders')}
      where ${name(kind === 'order' ? 'id' : 'contractId')} = ${id} and ${name('netFen')} < ${name('amountFen')}`,
  )

/** `退货 TH…、TH…`: why, as far as there is room. */
async function reasonFor(db: Read | Tx, orderIds: readonly number[]): Promise<string> {
  const rows = await all(
    db,
    sql<{ number: string }>`select number from ${sql.table('deliveries')} where ${inIds(db, 'orderId', orderIds)}
      and kind = 'return' and state = 'done' and ${name('deletedAt')} is null order by id desc`,
  )
  return rows.reduce((words, { number }, at) => {
    const longer = at === 0 ? `退货 ${number}` : `${words}、${number}`
    return longer.length > REASON_MOST ? words : longer
  }, '退货')
}

/**
 * 红字发票 that goods which came back ask for: what is invoiced beyond what is still sold, never more than came back, taken from the newest
 * invoices first and never more than stands of each. Of a contract only its own invoices: those of its orders are the orders'.
 */
export async function toRedOf(db: Read | Tx, source: Source): Promise<ToRed[]> {
  const returned = await soldBy(db, source)
  if (returned.length === 0) return []
  const papers = await papersOf(db, source)
  const over = (of: readonly Paper[], { amountFen, netFen }: Omit<Sold, 'id'>): Fen =>
    Math.max(0, Math.min(sum(of, ({ restFen }) => restFen) - netFen, amountFen - netFen))
  const ofOrders = sum(returned, (order) =>
    over(
      papers.filter(({ orderId }) => orderId === order.id),
      order,
    ),
  )
  const mine = papers.filter(({ orderId }) => source.kind === 'order' || orderId === null)
  let left = source.kind === 'order' ? ofOrders : over(papers, await wholeOf(db, source)) - ofOrders
  if (left <= 0 || mine.length === 0) return []
  const found: ToRed[] = []
  const reason = await reasonFor(
    db,
    returned.map(({ id }) => id),
  )
  for (const { orderId: _, ...paper } of mine) {
    const amountFen = Math.min(left, paper.restFen)
    if (amountFen <= 0) break
    left -= amountFen
    found.push({ ...paper, amountFen, reason })
  }
  return found
}

/** What all orders of a contract came to, and what of it is still sold. */
async function wholeOf(db: Read | Tx, { id }: Source): Promise<Omit<Sold, 'id'>> {
  const [row] = await all(
    db,
    sql<
      Omit<Sold, 'id'>
    >`select sum(${name('amountFen')}) as ${name('amountFen')}, sum(${name('netFen')}) as ${name('netFen')}
      from ${sql.table('effectiveOrders')} where ${name('contractId')} = ${id}`,
  )
  return row!
}
