import type { Day } from '@crm/shared/days'
import type { Actor } from '../../../core/access/actor.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Tx } from '../../../db/store.ts'
import { activate, deactivate } from './amounts.ts'
import { firstDay, planRows, type SourceOf, sourceOf } from './source.ts'

interface Paper {
  readonly number: string
  readonly orderId: number | null
  readonly contractId: number | null
  readonly amountFen: number
}
/** The ledger says which invoice made an instalment owed. */
const noteOf = ({ number }: Pick<Paper, 'number'>) => `开票 ${number}`
/** Its order's own plan, and that of the contract. */
const plansOf = ({ contractId, orderId }: Paper): SourceOf[] => [
  ...(orderId === null ? [] : [{ orderId }]),
  ...(contractId === null ? [] : [{ contractId }]),
]

/** 开票后 instalments become owed: the first written first, as many as the invoice covers but at least one. */
export async function activateOnInvoice(tx: Tx, actor: Actor, paper: Paper, issuedOn: Day): Promise<void> {
  const { amountFen } = paper
  for (const of of plansOf(paper)) {
    if (!(await sourceOf(tx, of)).isEffective) continue
    let left = amountFen
    for (const row of await planRows(tx, of)) {
      if (row.trigger !== 'invoice' || row.activeOn !== null) continue
      if (left < row.amountFen && left < amountFen) break
      left -= row.amountFen
      await activate(tx, actor, row, issuedOn, noteOf(paper))
    }
  }
}

/**
 * The invoice is wholly taken back: what it made owed is 待生效 again, where no other invoice stands whatever an invoice made so.
 * What was paid of it becomes 预收.
 */
export async function deactivateOnRed(tx: Tx, actor: Actor, paper: Paper, redOn: Day): Promise<void> {
  for (const of of plansOf(paper)) {
    const owed = (await planRows(tx, of)).filter(({ activeOn, trigger }) => trigger === 'invoice' && activeOn !== null)
    const isLast = (await firstDay(tx, 'invoice', of)) === null
    const own = isLast || owed.length === 0 ? null : await madeOwedBy(tx, paper, owed)
    for (const row of owed) if (own === null || own.has(row.id)) await deactivate(tx, actor, row, redOn, '发票全部冲红')
  }
}

async function madeOwedBy(tx: Tx, paper: Paper, rows: readonly { readonly id: number }[]): Promise<Set<number>> {
  const ids = rows.map(({ id }) => id)
  const found = await tx
    .selectFrom('ledgerEntries')
    .select('receivableId')
    .where(inIds(tx, 'receivableId', ids))
    .where('kind', '=', 'due')
    .where('note', '=', noteOf(paper))
    .execute()
  return new Set(found.map(({ receivableId }) => receivableId!))
}
