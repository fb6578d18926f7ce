import { rightTo } from '@crm/shared/kernel/entity'
import { type Actor, can } from '../../../core/access/actor.ts'
import { forbidden, problem } from '../../../core/problem.ts'
import { type Raw, tables } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { inSlicesApart } from './apart.ts'
import { entityOfBatch, findBatch, kindsFor } from './batches.ts'
import { complain, stored } from './complaints.ts'
import { type ImportDeps, newHolder } from './deps.ts'
import { claim, keep, leaseOf, RELEASED } from './lease.ts'

const PAGE_ROWS = 200

/** Takes back what the batch created and nobody has touched since; the rest stays and says why. 409 unless the batch has ended. */
export async function undoBatch({ clock, followers, store }: ImportDeps, importer: Actor, id: number): Promise<void> {
  const actor: Actor = { ...importer, via: 'import' }
  const batch = await findBatch(store.read, actor, id)
  const [entity, kind] = [entityOfBatch(batch), kindsFor(followers)[batch.entity]]
  if (!can(actor, kind.undoRight ?? rightTo(entity, 'delete')))
    throw forbidden(`撤销需要${kind.undoRight ? '作废' : '删除'}${entity.label}的权限`)
  if (batch.state !== 'done' && !(batch.state === 'failed' && batch.created > 0))
    throw problem('illegal_move', batch.state === 'undone' ? '这一批已经撤销过' : '这一批还没有导入,不用撤销')
  const holder = newHolder()
  if (!(await claim(store, clock, id, holder, [batch.state]))) throw problem('illegal_move', '这批资料正在处理')
  try {
    const versions = await versionsLeft({ store }, id)
    // From the last to the first: of a customer's contacts the first one is the primary.
    for (let before = Number.MAX_SAFE_INTEGER; ;) {
      // A document is one record of several rows.
      const rows = await store.read
        .selectFrom('importRows')
        .select(['recordId as id', (eb) => eb.fn.max('rowNumber').as('rowNumber')])
        .where('importId', '=', id)
        .where('status', '=', 'created')
        .where('recordId', 'is not', null)
        .groupBy('recordId')
        .having((eb) => eb.fn.max('rowNumber'), '<', before)
        .orderBy('rowNumber', 'desc')
        .limit(PAGE_ROWS)
        .$narrowType<{ id: number }>()
        .execute()
      if (rows.length === 0) break
      before = rows.at(-1)!.rowNumber
      await inSlicesApart(store, rows, (tx, row, trouble) => takeBack(tx, row, trouble), {
        finish: (tx) => keep(tx, id, holder, leaseOf(clock, holder)),
      })
    }

    async function takeBack(tx: Tx, { id: recordId }: { id: number }, trouble: string | null): Promise<void> {
      const kept = trouble ?? (await whyKept(tx, recordId))
      const change =
        kept === null ? { status: 'undone' as const, message: null } : { message: stored([complain(`${kept},未撤销`)]) }
      await tx
        .updateTable('importRows')
        .set(change)
        .where('importId', '=', id)
        .where('recordId', '=', recordId)
        .where('status', '=', 'created')
        .execute()
    }
    async function whyKept(tx: Tx, recordId: number): Promise<string | null> {
      const now = (await tables(tx)
        .selectFrom(entity.table)
        .select(['version', 'deletedAt'])
        .where('id', '=', recordId)
        .executeTakeFirst()) as Raw | undefined
      if (!now || now['deletedAt'] !== null) return '已被删除'
      if (now['version'] !== versions.get(recordId)) return '之后有人修改过'
      return kind.withdraw(tx, actor, recordId)
    }
    await store.tx((tx) => keep(tx, id, holder, { state: 'undone', ...RELEASED, updatedAt: clock.now() }))
  } catch (error) {
    await store.tx((tx) => keep(tx, id, holder, RELEASED)).catch(() => {})
    throw error
  }
}

/** The version the batch itself left behind, by record: a row further down may have updated what one above created. */
async function versionsLeft({ store }: Pick<ImportDeps, 'store'>, id: number): Promise<Map<number, number>> {
  const rows = await store.read
    .selectFrom('importRows')
    .select(['recordId', (eb) => eb.fn.max('recordVersion').as('version')])
    .where('importId', '=', id)
    .where('recordId', 'is not', null)
    .groupBy('recordId')
    .execute()
  return new Map(rows.map(({ recordId, version }) => [recordId!, version!]))
}
