import type { Writable } from 'node:stream'
import type { Contract } from '@crm/shared/contract/contracts'
import { contract, contractStates } from '@crm/shared/entities/contract'
import { paymentTerms } from '@crm/shared/entities/customer'
import type { ListQuery } from '@crm/shared/kernel/query'
import { formatYuan } from '@crm/shared/money'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { writeCsv } from '../../../core/writeCsv.ts'
import type { Read, Store } from '../../../db/store.ts'
import { listContracts } from './contracts.ts'

const PAGE_ROWS = 200
const yuan = (fen: number) => formatYuan(fen, { grouping: false })

/** Notes who takes what out of the house. */
export const noteExport = ({ tx }: Store, actor: Actor, asked: ListQuery): Promise<void> =>
  tx((db) => audit(db, actor, { entity: contract.name, recordId: null, action: 'export', after: { ...asked } }))

const of = contract.fields
type Cell = string | number | null
const columnsWith = (
  types: ReadonlyMap<string, string>,
): readonly { readonly header: string; readonly cell: (row: Contract) => Cell }[] => [
  { header: of.number.label, cell: ({ number }) => number },
  { header: of.title.label, cell: ({ title }) => title },
  { header: of.type.label, cell: ({ type }) => type && (types.get(type) ?? type) },
  { header: of.customerId.label, cell: ({ customerName }) => customerName },
  { header: of.contactId.label, cell: ({ contactName }) => contactName },
  { header: of.state.label, cell: ({ state }) => contractStates[state] },
  { header: of.revision.label, cell: ({ revision }) => revision },
  { header: of.amountFen.label, cell: ({ amountFen }) => yuan(amountFen) },
  { header: '已回款', cell: ({ receivedFen }) => (typeof receivedFen === 'number' ? yuan(receivedFen) : null) },
  { header: of.signedOn.label, cell: ({ signedOn }) => signedOn },
  { header: of.startOn.label, cell: ({ startOn }) => startOn },
  { header: of.endOn.label, cell: ({ endOn }) => endOn },
  { header: of.terms.label, cell: ({ terms }) => terms && paymentTerms[terms] },
  { header: of.termsDays.label, cell: ({ termsDays }) => termsDays },
  { header: of.ourSigner.label, cell: ({ ourSigner }) => ourSigner },
  { header: of.theirSigner.label, cell: ({ theirSigner }) => theirSigner },
  { header: of.ownerId.label, cell: ({ ownerName }) => ownerName },
  { header: of.teamId.label, cell: ({ teamName }) => teamName },
  { header: of.notes.label, cell: ({ notes }) => notes },
]

/** What the same parameters show in the list; texts of contracts stay in the house. */
export async function writeExport(read: Read, actor: Actor, asked: ListQuery, target: Writable): Promise<void> {
  const { count: _, cursor: __, fields: ___, page: ____, sort: _____, totals: ______, ...filters } = asked
  const items = await read
    .selectFrom('dictItems')
    .select(['code', 'label'])
    .where('dictionary', '=', 'contractType')
    .execute()
  const columns = columnsWith(new Map(items.map(({ code, label }) => [code ?? '', label])))
  async function* rows() {
    let cursor: string | undefined
    do {
      const page = await listContracts(read, actor, {
        ...filters,
        sort: 'number',
        size: PAGE_ROWS,
        ...(cursor !== undefined && { cursor }),
      } as ListQuery)
      for (const row of page.items) yield columns.map(({ cell }) => cell(row))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  await writeCsv(target, { columns: columns.map(({ header }) => ({ header })), rows: rows() })
}
