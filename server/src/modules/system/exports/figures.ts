import type { CustomerSums } from '@crm/shared/contract/customerMoney'
import { type Actor, can } from '../../../core/access/actor.ts'
import { type ExportColumn, moneyColumn } from '../../../core/exports/exportColumns.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import type { Read } from '../../../db/store.ts'
import { contacts } from '../../customers/service.ts'
import { sumsOf } from '../../finance/service.ts'

const PERSON = 'primaryContact'
const MONEY = { receivable: '应收余额', overdue: '其中逾期', deals: '累计成交' } as const

/** The columns of the 客户 list that its page asks other modules for; nobody gets what he may not see there. */
export const figureColumns = (actor: Actor): readonly ExportColumn<Raw>[] => [
  ...(can(actor, 'contact.read')
    ? [
        {
          key: PERSON,
          header: '首要联系人',
          kind: 'text' as const,
          cell: (row: Raw) => (row[PERSON] as string | undefined) ?? null,
        },
      ]
    : []),
  ...(can(actor, 'receivable.read') ? Object.entries(MONEY).map(([key, header]) => moneyColumn(key, header)) : []),
]

const sumsAsCells = ({ deals, openFen, overdueFen }: CustomerSums): Raw => ({
  receivable: openFen,
  overdue: overdueFen,
  deals: deals ? deals.ordersFen + deals.contractsFen : null,
})

/** The customers of a page with what the file asks of them besides. */
export async function withFigures(
  read: Read,
  rows: readonly Raw[],
  { actor, keys }: { readonly actor: Actor; readonly keys: ReadonlySet<string> },
): Promise<readonly Raw[]> {
  const ids = rows.map((row) => row['id'] as number)
  if (ids.length === 0) return rows
  const figures = new Map<number, Raw>()
  const add = (id: number, cells: Raw) => void figures.set(id, { ...figures.get(id), ...cells })
  if (Object.keys(MONEY).some((key) => keys.has(key)))
    for (const sums of await sumsOf(read, actor, ids, { withDeals: keys.has('deals') }))
      add(sums.customerId, sumsAsCells(sums))
  if (keys.has(PERSON)) {
    const asked = { customerId: ids, isPrimary: true, size: ids.length, fields: ['name', 'customerId'] }
    const { items } = await contacts.list(read, actor, asked)
    for (const { customerId, name } of items) add(customerId, { [PERSON]: name })
  }
  return rows.map((row) => ({ ...row, ...figures.get(row['id'] as number) }))
}
