import { addDays, diffDays } from '@crm/shared/days'
import { EXPIRY_STEPS, SOON_DAYS, stepAt } from '@crm/shared/rules/contractExpiry'
import { type Clock } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { superiors, type Superiors } from '../../org/service.ts'

/** Contracts that end within the reach of the first reminder, with the last step that was taken for this very end. */
const ending = (read: Read, today: string) =>
  read
    .selectFrom('contracts as c') // unscoped: reminders are for everybody's contracts
    .innerJoin('customers', 'customers.id', 'c.customerId')
    .leftJoin('contractReminders as r', (join) =>
      join.onRef('r.contractId', '=', 'c.id').onRef('r.endOn', '=', 'c.endOn'),
    )
    .select(['c.id', 'c.number', 'c.title', 'c.ownerId', 'c.customerId', 'c.endOn'])
    .select(['customers.name as customerName', 'customers.ownerId as customerOwnerId'])
    .select((eb) => eb.fn.min('r.step').as('lastStep'))
    .where('c.state', '=', 'active')
    .where('c.deletedAt', 'is', null)
    .where('customers.deletedAt', 'is', null)
    .where('c.endOn', '>=', today)
    .where('c.endOn', '<=', addDays(today, SOON_DAYS))
    .groupBy([
      'c.id',
      'c.number',
      'c.title',
      'c.ownerId',
      'c.customerId',
      'c.endOn',
      'customers.name',
      'customers.ownerId',
    ])
    .orderBy('c.id')

async function dueReminders(read: Read, today: string) {
  const rows = await ending(read, today).execute()
  return rows.flatMap(({ lastStep, endOn, ...row }) => {
    const daysLeft = diffDays(endOn!, today)
    const step = stepAt(daysLeft)
    return step !== null && (lastStep === null || Number(lastStep) > step)
      ? [{ ...row, endOn: endOn!, daysLeft, step }]
      : []
  })
}
type Due = Awaited<ReturnType<typeof dueReminders>>[number]

export const contractsToRemind = async (read: Read, clock: Clock): Promise<boolean> =>
  (await dueReminders(read, clock.today())).length > 0

/** 30, 7 and 0 days before the end, each once: the owner of the customer and whoever signed; on the last day their manager too. */
export async function remindOfContracts(
  { clock, store }: { readonly store: Store; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<number> {
  const due = await dueReminders(store.read, clock.today())
  if (due.length === 0) return 0
  const leads = await superiors(store.read)
  return inSlices(store, due, (tx, row) => remind(tx, row, leads, clock.now()), signal ? { signal } : {})
}

const LAST_STEP = EXPIRY_STEPS.at(-1)!
async function remind(tx: Tx, { step, ...row }: Due, leads: Superiors, at: string): Promise<void> {
  const claimed = await tx
    .insertInto('contractReminders')
    .values({ contractId: row.id, endOn: row.endOn, step, at })
    .onConflict((on) => on.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!claimed) return
  const owner = row.customerOwnerId ?? row.ownerId
  const managers = step === LAST_STEP && owner !== null ? leads(owner).slice(0, 1) : []
  await tell(tx, at, {
    kind: 'contract',
    userIds: [row.customerOwnerId, row.ownerId, ...managers].filter((id) => id !== null),
    title: `合同${row.daysLeft === 0 ? '今天到期' : ` ${row.daysLeft} 天后到期`}:${row.customerName}`,
    body: `${row.number} ${row.title},结束日期 ${row.endOn}`,
    link: `/contracts/${row.id}`,
    customerId: row.customerId,
    onceKey: `contract:${row.id}:${row.endOn}:${step}`,
  })
}
