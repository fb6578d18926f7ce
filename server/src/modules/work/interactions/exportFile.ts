import type { Writable } from 'node:stream'
import type { interactions as api } from '@crm/shared/contract/interactions'
import { interaction } from '@crm/shared/entities/interaction'
import { dayOf } from '@crm/shared/days'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { timeOf } from '@crm/shared/rules/zoned'
import type { Actor } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { writeCsv } from '../../../core/writeCsv.ts'
import type { Read, Store } from '../../../db/store.ts'
import { listInteractions } from './saying.ts'

const PAGE_ROWS = 200
const { contactId, customerId, followedAt, kind, result, text } = interaction.fields
const COLUMNS = [followedAt, customerId, contactId, kind, text, result, interaction.fields.authorId].map(
  ({ label }) => ({
    header: label,
  }),
)
type Asked = Input<typeof api.file>['body']

const present = (asked: object) =>
  Object.fromEntries(
    Object.entries(asked).filter(
      ([, value]) => value !== null && value !== undefined && (!Array.isArray(value) || value.length > 0),
    ),
  )

/** Notes who takes what out of the house. */
export const noteExport = ({ tx }: Store, actor: Actor, asked: Asked): Promise<void> =>
  tx((db) => audit(db, actor, { entity: 'interaction', recordId: null, action: 'export', after: present(asked) }))

/** What the same filters show in the list, oldest page last, as it stands while it is being written. */
export async function writeExport(
  read: Read,
  actor: Actor,
  { authorIds, customerIds, kinds, q, results, followedAtFrom, followedAtTo }: Asked,
  { target, zone }: { target: Writable; zone: string },
): Promise<void> {
  const query = present({
    followedAtFrom,
    followedAtTo,
    customerId: customerIds,
    authorId: authorIds,
    kind: kinds,
    result: results,
    q,
  })
  const items = await read
    .selectFrom('dictItems')
    .select(['dictionary', 'code', 'label'])
    .where('dictionary', 'in', ['interactionKind', 'interactionResult'])
    .execute()
  const labels = new Map(items.map((item) => [`${item.dictionary}/${item.code}`, item.label]))
  async function* rows() {
    let cursor: string | undefined
    do {
      const page: Awaited<ReturnType<typeof listInteractions>> = await listInteractions(read, actor, {
        ...query,
        size: PAGE_ROWS,
        ...(cursor !== undefined && { cursor }),
      } as ListQuery)
      for (const row of page.items)
        yield [
          `${dayOf(row.followedAt, zone)} ${timeOf(row.followedAt, zone)}`,
          row.customerName,
          row.contactName,
          labels.get(`interactionKind/${row.kind}`) ?? row.kind,
          row.text,
          row.result && (labels.get(`interactionResult/${row.result}`) ?? row.result),
          row.authorName,
        ]
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  await writeCsv(target, { columns: COLUMNS, rows: rows() })
}
