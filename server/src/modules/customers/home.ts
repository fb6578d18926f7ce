import { customers as api } from '@crm/shared/contract/customers'
import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { HomeBlock } from '@crm/shared/contract/home'
import { boundsOf } from '@crm/shared/rules/zoned'
import type { Actor } from '../../core/access/actor.ts'
import { counted, type HomeAsk, type HomeSource } from '../../core/rows/home.ts'
import type { Read } from '../../db/store.ts'
import { listCustomers } from './list.ts'
import { hasRules, readRuled } from './silence/rules.ts'

const SHOWN = 8
const LEAVING_DAYS = 7
/** The longest silence first; never followed up stands before all. */
const LONGEST_FIRST = 'lastFollowUpAt'
type Words = Readonly<Record<string, string>>

function counting(read: Read, actor: Actor, { owners, zone }: HomeAsk) {
  return (label: string, query: Words, { size = 0, sort }: { size?: number; sort?: string } = {}) =>
    counted<RowOf<typeof customer>>(api.list, '/customers', (asked) => listCustomers(read, actor, asked, { zone }), {
      label,
      query: { ...owners, ...query },
      size,
      ...(sort && { sort }),
    })
}

/** Customers nobody has followed up for as long as the rules allow, by level. */
export const silenceBlocks: HomeSource = {
  label: '久未跟进',
  permission: 'customer.read',
  async blocks(read, actor, ask): Promise<HomeBlock[]> {
    if (!(await hasRules(read))) return []
    const count = counting(read, actor, ask)
    const { found, ...all } = await count('久未跟进', { silent: 'yes' }, { size: SHOWN, sort: LONGEST_FIRST })
    if (all.count === 0) return []
    const { levels } = await readRuled(read)
    const names = await read
      .selectFrom('dictItems')
      .select(['code', 'label'])
      .where('dictionary', '=', 'customerLevel')
      .orderBy('position')
      .execute()
    const parts = []
    for (const { code, label } of names.filter((one) => one.code !== null && levels.includes(one.code))) {
      const { found: _, ...part } = await count(label, { silent: 'yes', level: code! }, { sort: LONGEST_FIRST })
      if (part.count > 0) parts.push(part)
    }
    return [{ ...all, key: 'silent', tone: 'warn', parts, rows: { of: 'customer', items: found } }]
  },
}

/** Customers that fall into a pool within the week unless somebody acts. */
export const leavingBlocks: HomeSource = {
  label: '将进入公海的客户',
  permission: 'customer.read',
  async blocks(read, actor, ask): Promise<HomeBlock[]> {
    const count = counting(read, actor, ask)
    const query = { leavesWithin: String(LEAVING_DAYS) }
    const { found, ...all } = await count(`${LEAVING_DAYS} 天内进入公海`, query, { size: SHOWN, sort: LONGEST_FIRST })
    return all.count === 0 ? [] : [{ ...all, key: 'leaving', tone: 'warn', rows: { of: 'customer', items: found } }]
  },
}

/** What one has, and what came this month. */
export const customerNumbers: HomeSource = {
  label: '客户数',
  permission: 'customer.read',
  async blocks(read, actor, ask): Promise<HomeBlock[]> {
    const count = counting(read, actor, ask)
    const { from } = boundsOf(`${actor.today.slice(0, 7)}-01`, ask.zone)
    const blocks: HomeBlock[] = []
    const numbers = [
      ['customers', '客户', {}],
      ['new', '本月新增客户', { createdAtFrom: from }],
    ] as const
    for (const [key, label, query] of numbers) {
      const { found: _, ...number } = await count(label, query)
      if (number.count > 0) blocks.push({ ...number, key, tone: 'plain' })
    }
    return blocks
  },
}
