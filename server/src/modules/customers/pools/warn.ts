import { setImmediate as breathe } from 'node:timers/promises'
import { addDays } from '@crm/shared/days'
import { ruleWords } from '@crm/shared/rules/recycling'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Store } from '../../../db/store.ts'
import { type Pool, readCircle } from './circle.ts'
import { type Due, dueIn, explained, heldPages } from './leaving.ts'

/** Up to here each customer is told by itself, with its link; more are told as one. */
const ONE_BY_ONE = 5
/** Rows explained between two turns of the event loop. */
const AT_ONCE = 1_000
/** 提前提醒 once within 提前提醒天数, and once more the day before. */
type Stage = 'first' | 'last'
const REMEDY = { noFollowUp: '写一条跟进', noDeal: '推进成交', noContract: '签新合同' } as const

const singleKey = ({ id, on }: Due, stage: Stage) => `pool:leaves:${id}:${on}:${stage}`
const groupKey = ({ id }: Pool, { on }: Due, stage: Stage) => `pool:leave:${id}:${on}:${stage}`

/**
 * Tells owners who leaves soon and who leaves tomorrow, each once for the day it leaves on: what a day without a server left out is
 * made up for, and a follow-up, which sets another day, is followed by warnings of its own.
 */
export async function warn(store: Store, who: Actor, pool: Pool, zone: string): Promise<void> {
  if (pool.remindDays > 1) await warnOf(store, who, { pool, zone, stage: 'first', from: 2, to: pool.remindDays })
  await warnOf(store, who, { pool, zone, stage: 'last', from: 1, to: 1 })
}

interface Ask {
  readonly pool: Pool
  readonly zone: string
  readonly stage: Stage
  /** Days left, both included. */
  readonly from: number
  readonly to: number
}
async function warnOf(store: Store, who: Actor, { from, pool, stage, to, zone }: Ask): Promise<void> {
  const { read } = store
  const heavy = store.heavy.bind(store)
  const circle = await readCircle(read)
  const due = (ahead: number) => dueIn(read, circle, pool, { day: addDays(who.today, ahead), zone })
  const groups = new Map<string, Due[]>()
  for await (const rows of heldPages(read, heavy, sql<SqlBool>`(${due(to)} and not ${due(from - 1)})`))
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      for (const one of explained(rows.slice(at, at + AT_ONCE), pool, who.today, zone)) {
        const key = `${one.ownerId} ${one.on}`
        const group = groups.get(key)
        if (group) group.push(one)
        else groups.set(key, [one])
      }
      await breathe()
    }
  if (groups.size === 0) return
  const owners = [...new Set([...groups.values()].map(([first]) => first!.ownerId!))]
  const keys = await heavy(
    read
      .selectFrom('notifications')
      .select(['userId', 'onceKey'])
      .where(inIds(read, 'notifications.userId', owners))
      .where('onceKey', '>=', 'pool:leave')
      .where('onceKey', '<', 'pool:leavf')
      .compile(),
  )
  const told = new Set(keys.map(({ onceKey, userId }) => `${userId} ${onceKey}`))
  const singles: Due[] = []
  const together: Due[][] = []
  for (const group of groups.values()) {
    const [{ ownerId }] = group as [Due]
    if (told.has(`${ownerId} ${groupKey(pool, group[0]!, stage)}`)) continue
    const left = group.filter((one) => !told.has(`${ownerId} ${singleKey(one, stage)}`))
    if (left.length > ONE_BY_ONE) together.push(left)
    else singles.push(...left)
  }
  const when = ({ daysLeft }: Due) => (daysLeft === 1 ? '明天' : `${daysLeft} 天后`)
  await inSlices(store, singles, (tx, one) =>
    tell(tx, who.at, {
      kind: 'pool',
      userIds: [one.ownerId!],
      title: `${one.name} ${when(one)}进入${pool.name}`,
      body: `${ruleWords(one.rule, one.ruleDays)}。${REMEDY[one.rule]}或申请延期`,
      link: `/customers/${one.id}`,
      customerId: one.id,
      onceKey: singleKey(one, stage),
    }),
  )
  await inSlices(store, together, (tx, group) => {
    const [first] = group as [Due]
    return tell(tx, who.at, {
      kind: 'pool',
      userIds: [first.ownerId!],
      title: `${first.name} 等 ${group.length} 家客户${when(first)}进入${pool.name}`,
      body: '写一条跟进或申请延期',
      link: `/customers?leavesWithin=${first.daysLeft}`,
      onceKey: groupKey(pool, first, stage),
    })
  })
}
