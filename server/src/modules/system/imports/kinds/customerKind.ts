import { customer } from '@crm/shared/entities/customer'
import { nameKey } from '@crm/shared/rules/nameKey'
import { sql } from '../../../../db/sql.ts'
import type { Actor } from '../../../../core/access/actor.ts'
import { can } from '../../../../core/access/actor.ts'
import { ownersWithin, visible } from '../../../../core/access/scope.ts'
import type { Read, Tx } from '../../../../db/store.ts'
import { createCustomer, updateCustomer, withdrawCustomer } from '../../../customers/service.ts'
import { amongTexts } from '../amongTexts.ts'
import { type Complaint, complain } from '../complaints.ts'
import type { Existing, Finding, Kind, Repeat } from '../kind.ts'

interface Keys {
  readonly number: string | null
  readonly creditCode: string | null
  readonly nameKey: string | null
}
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const keysOf = (values: Readonly<Record<string, unknown>>): Keys => {
  const name = textOf(values['name'])
  return {
    number: textOf(values['number']),
    creditCode: textOf(values['creditCode']),
    nameKey: name === null ? null : nameKey(name),
  }
}
const BY = { number: '客户编号相同', creditCode: '统一社会信用代码相同', nameKey: '名称相同' } as const
type By = keyof typeof BY

type Found = Existing & Keys & { readonly recycled: boolean }

/** Customers that hold one of the keys, whatever the reader's rights; a number counts only among those not in the recycle bin. */
async function holding(db: Read | Tx, actor: Actor, by: By, keys: readonly string[]): Promise<Found[]> {
  if (keys.length === 0) return []
  const rows = await (db as Tx)
    .selectFrom('customers') // unscoped: 查重 looks everywhere and tells name, owner and state only
    .leftJoin('users', 'users.id', 'customers.ownerId')
    .select([
      'customers.id',
      'customers.name',
      'customers.number',
      'customers.creditCode',
      'customers.nameKey',
      'customers.ownerId',
      'customers.deletedAt',
      'users.name as ownerName',
    ])
    .select(sql<number>`case when ${visible(actor, customer, 'customer.update')} then 1 else 0 end`.as('mayUpdate'))
    .where(amongTexts(`customers.${by}`, keys))
    .$if(by === 'number', (query) => query.where('customers.deletedAt', 'is', null))
    .execute()
  return rows.map(({ id, name, number, creditCode, nameKey, ownerId, deletedAt, ownerName, mayUpdate }) => ({
    id,
    title: name,
    about: deletedAt ? '在回收站里' : `负责人:${ownerName ?? '无'}`,
    ownerId,
    mayUpdate: mayUpdate === 1,
    number,
    creditCode,
    nameKey,
    recycled: deletedAt !== null,
  }))
}

/** The number decides; without one the credit code, then the name. A weaker key proves nothing against a stronger one that differs. */
function identify<H extends Keys>(
  keys: Keys,
  holders: Readonly<Record<By, readonly H[]>>,
  alive: (holder: H) => boolean,
): { same: H; by: By } | { clash: H; by: By } | null {
  const known =
    keys.number === null
      ? keys.creditCode === null
        ? (['nameKey'] as const)
        : (['creditCode', 'nameKey'] as const)
      : (['number'] as const)
  for (const by of known) {
    const same = holders[by].find(
      (holder) =>
        alive(holder) &&
        !(
          by === 'nameKey' &&
          keys.creditCode !== null &&
          holder.creditCode !== null &&
          holder.creditCode !== keys.creditCode
        ),
    )
    if (same) return { same, by }
  }
  for (const by of ['number', 'creditCode', 'nameKey'] as const) {
    const [clash] = holders[by]
    if (clash) return { clash, by }
  }
  return null
}

const required = Object.entries(customer.fields).filter(
  ([, field]) => !('optional' in field) && !('default' in field) && !('many' in field) && !('readonly' in field),
)

/** 转移权 is needed to make somebody else the owner. The service asks again; here it is said before the run. */
function ownerRefusal(actor: Actor, ownerId: unknown): Complaint[] {
  if (typeof ownerId !== 'number' || ownerId === actor.id) return []
  const reach = actor.grants.get('customer.assign')
  if (!reach) return [complain('没有把客户交给别人的权限')]
  return reach === 'all' || ownersWithin(actor, reach).includes(ownerId) ? [] : [complain('负责人不在你的管理范围内')]
}

export const customerKind: Kind = {
  entity: customer,

  async meet(db, actor, rows) {
    const wanted = rows.map(({ values }) => keysOf(values))
    const held = async (by: By) => {
      const found = await holding(db, actor, by, [...new Set(wanted.flatMap((keys) => keys[by] ?? []))])
      return Map.groupBy(found, (holder) => holder[by])
    }
    const holders = {
      number: await held('number'),
      creditCode: await held('creditCode'),
      nameKey: await held('nameKey'),
    }
    return ({ values }): Finding => {
      const keys = keysOf(values)
      const of = (by: By) => (keys[by] === null ? [] : (holders[by].get(keys[by]) ?? []))
      const found = identify(
        keys,
        { number: of('number'), creditCode: of('creditCode'), nameKey: of('nameKey') },
        (holder) => !holder.recycled,
      )
      return found ? { ...found, reason: BY[found.by], exclusive: found.by === 'number' } : {}
    }
  },

  memory() {
    const seen = {
      number: new Map<string, Keys & { rowNumber: number }>(),
      creditCode: new Map<string, Keys & { rowNumber: number }>(),
      nameKey: new Map<string, Keys & { rowNumber: number }>(),
    }
    return (row): Repeat | null => {
      const keys = keysOf(row.values)
      const of = (by: By) =>
        keys[by] === null ? [] : [seen[by].get(keys[by])].filter((holder) => holder !== undefined)
      const found = identify(
        keys,
        { number: of('number'), creditCode: of('creditCode'), nameKey: of('nameKey') },
        () => true,
      )
      for (const by of ['number', 'creditCode', 'nameKey'] as const)
        if (keys[by] !== null && !seen[by].has(keys[by])) seen[by].set(keys[by], { ...keys, rowNumber: row.rowNumber })
      if (!found) return null
      const { rowNumber } = 'same' in found ? found.same : found.clash
      return { rowNumber, reason: BY[found.by], same: 'same' in found, exclusive: found.by === 'number' }
    }
  },

  refusals(actor, values, existing) {
    if (existing) return values['ownerId'] === existing.ownerId ? [] : ownerRefusal(actor, values['ownerId'])
    const missing = required
      .filter(([name]) => values[name] === undefined)
      .map(([, field]) => complain(`${field.label}不能为空`))
    return [
      ...(can(actor, 'customer.create') ? [] : [complain('没有新建客户的权限')]),
      ...missing,
      ...ownerRefusal(actor, values['ownerId']),
    ]
  },

  create: (tx, actor, values, overrideReason) =>
    createCustomer(tx, actor, { ...(values as Parameters<typeof createCustomer>[2]), overrideReason }),
  update: (tx, actor, id, patch) => updateCustomer(tx, actor, id, patch as Parameters<typeof updateCustomer>[3]),
  withdraw: withdrawCustomer,
}
