import { type Day, diffDays } from '@crm/shared/days'
import { formatYuan } from '@crm/shared/money'
import { type DunningStep, dunningSteps, duesOf } from '@crm/shared/rules/dunning'
import { instantAt } from '@crm/shared/rules/zoned'
import type { Clock } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { superiors } from '../../org/service.ts'

/** It stands in the bell when people come to work. */
const MORNING = '08:30'
/** Servers are off over a weekend and a holiday week; what is older than that the ageing shows anyhow. */
const MADE_UP_DAYS = 9

const dueOf = (read: Read | Tx, step: DunningStep, today: Day) => {
  const { first, last } = duesOf(step, today, MADE_UP_DAYS)
  return (read as Tx)
    .selectFrom('effectiveReceivables as r')
    .innerJoin('customers as c', 'c.id', 'r.customerId') // unscoped: the reminder looks at everybody's
    .where('r.dueOn', '>=', first)
    .where('r.dueOn', '<=', last)
    .where('r.openFen', '>', 0)
    .where('c.deletedAt', 'is', null)
    .where('c.ownerId', 'is not', null)
}

/** From the morning on, while something is at one of the steps. */
export async function dunningWanted(read: Read, clock: Clock): Promise<boolean> {
  const today = clock.today()
  if (clock.now() < instantAt(today, MORNING, clock.zone)) return false
  for (const step of dunningSteps)
    if (await dueOf(read, step, today).select('r.id').limit(1).executeTakeFirst()) return true
  return false
}

interface Group {
  readonly step: DunningStep
  readonly customerId: number
  readonly customerName: string
  readonly ownerId: number
  readonly dueOn: string
  readonly openFen: number
  readonly n: number
}

/** Each customer's receivables of one due day are told of once at each step: to the owner, when late to the manager as well. Run again it tells nobody twice. */
export async function remindOfDues({ clock, store }: { store: Store; clock: Clock }, signal?: AbortSignal) {
  const today = clock.today()
  const leads = await superiors(store.read)
  const groups: Group[] = []
  for (const step of dunningSteps) {
    const rows = await dueOf(store.read, step, today)
      .select(['r.customerId', 'c.name as customerName', 'c.ownerId', 'r.dueOn'])
      .select((e) => [e.fn.sum<number>('r.openFen').as('openFen'), e.fn.countAll<number>().as('n')])
      .groupBy(['r.customerId', 'c.name', 'c.ownerId', 'r.dueOn'])
      .orderBy('r.dueOn')
      .execute()
    for (const row of rows)
      groups.push({
        ...row,
        step,
        ownerId: row.ownerId!,
        dueOn: row.dueOn!,
        openFen: Number(row.openFen),
        n: Number(row.n),
      })
  }
  const remind = async (tx: Tx, group: Group) => {
    const [manager] = group.step.manager ? leads(group.ownerId) : []
    await tell(tx, clock.now(), {
      kind: 'dunning',
      userIds: [group.ownerId, ...(manager === undefined ? [] : [manager])],
      ...wordsOf(group, today),
      customerId: group.customerId,
      link: `/receivables?customerId=${group.customerId}&status=overdue,partial,due`,
      onceKey: `dunning:${group.customerId}:${group.dueOn}:${group.step.key}`,
    })
  }
  await inSlices(store, groups, remind, signal ? { signal } : {})
}

function wordsOf({ customerName, dueOn, n, openFen }: Group, today: Day): { title: string; body: string } {
  const overdue = diffDays(today, dueOn)
  const when = overdue < 0 ? `${-overdue} 天后到期` : overdue === 0 ? '今天到期' : `已逾期 ${overdue} 天`
  return { title: `应收${when}:${customerName}`, body: `${n} 笔,${formatYuan(openFen)} 元,${dueOn} 到期` }
}
