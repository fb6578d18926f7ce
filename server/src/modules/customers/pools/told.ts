import { type MoveCause, moveCauses } from '@crm/shared/contract/pools'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { newest, timelineSource } from '../../../core/rows/timeline.ts'

const TITLES: Readonly<Record<MoveCause, string>> = {
  ...moveCauses,
  noFollowUp: '久未跟进,回收到公海',
  noDeal: '久未成交,回收到公海',
  noContract: '合同到期未续,回收到公海',
  release: '放入公海',
  handover: '离职交接,放入公海',
  claim: '从公海领取',
  assign: '从公海指派',
  undo: '撤销回收',
}

/** How the customer changed hands through the pools; plain transfers are told by its own log. */
export const movesOfCustomer = timelineSource({
  name: 'pool',
  kind: 'pool',
  permission: 'customer.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('poolMoves')
      .leftJoin('users as actor', 'actor.id', 'poolMoves.actorId')
      .leftJoin('users as from', 'from.id', 'poolMoves.fromOwnerId')
      .leftJoin('users as to', 'to.id', 'poolMoves.toOwnerId')
      .leftJoin('pools as pool', (join) =>
        join.on(sql<SqlBool>`pool.id = coalesce(${sql.ref('poolMoves.toPoolId')}, ${sql.ref('poolMoves.fromPoolId')})`),
      )
      .select(['poolMoves.id', 'poolMoves.at', 'cause', 'note', 'actor.name as actorName', 'from.name as fromName'])
      .select(['to.name as toName', 'pool.name as poolName'])
      .where('customerId', '=', customerId)
      .where('cause', '!=', 'transfer')
      .$call(newest('poolMoves', 'at', ask))
      .execute(),
  tell: ({ actorName, at, cause, fromName, note, poolName, toName }) => ({
    at,
    actorName: actorName ?? '系统',
    title: `${TITLES[cause as MoveCause]}(${poolName ?? '—'})`,
    text: note,
    changes: [{ label: '负责人', before: fromName ?? '—', after: toName ?? '—' }],
  }),
})
