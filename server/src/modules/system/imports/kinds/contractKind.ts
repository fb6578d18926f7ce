import type { ContractCreate } from '@crm/shared/contract/contracts'
import { entityInFile } from '@crm/shared/contract/importFields'
import { contract } from '@crm/shared/entities/contract'
import type { Day } from '@crm/shared/days'
import { isRequired } from '@crm/shared/kernel/schema'
import { isContractOpen } from '@crm/shared/rules/contractMoves'
import { sql } from '../../../../db/sql.ts'
import { type Actor, can } from '../../../../core/access/actor.ts'
import { visible } from '../../../../core/access/scope.ts'
import { inIds } from '../../../../db/dialect.ts'
import type { Read, Tx } from '../../../../db/store.ts'
import { importContract, updateContract, withdrawImported } from '../../../contracts/agreements/service.ts'
import { amongTexts } from '../amongTexts.ts'
import { type Complaint, complain } from '../complaints.ts'
import { chosen, parentsFor } from './contactKind.ts'
import type { Existing, Finding, Kind, Repeat } from '../kind.ts'
import { contactsFor } from './orderTexts.ts'

type Values = Readonly<Record<string, unknown>>
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
/** A contract without a number is known by whose it is, its name and its amount. */
const wordsOf = (customerId: unknown, { amountFen, title }: Values) => JSON.stringify([customerId, title, amountFen])
type Known = Existing & { readonly number: string; readonly words: string }

async function known(
  db: Read | Tx,
  actor: Actor,
  by: { readonly numbers: readonly string[]; readonly customerIds: readonly number[] },
): Promise<Known[]> {
  const rows = []
  const found = () =>
    (db as Tx)
      .selectFrom('contracts') // unscoped: numbers are taken wherever they lie; told is only that they are
      .select(['id', 'number', 'title', 'amountFen', 'customerId', 'state'])
      .select(sql<number>`case when ${visible(actor, contract, 'contract.update')} then 1 else 0 end`.as('mayUpdate'))
      .where('deletedAt', 'is', null)
  if (by.numbers.length > 0) rows.push(...(await found().where(amongTexts('contracts.number', by.numbers)).execute()))
  if (by.customerIds.length > 0)
    rows.push(
      ...(await found()
        .where(inIds(db, 'contracts.customerId', by.customerIds))
        .execute()),
    )
  return rows.map((row) => ({
    id: row.id,
    title: row.mayUpdate === 1 ? row.title : row.number,
    about: row.number,
    ownerId: null,
    // Past the draft there is only 变更, by hand.
    mayUpdate: row.mayUpdate === 1 && isContractOpen(row.state),
    number: row.number,
    words: wordsOf(row.customerId, row),
  }))
}

/** What the preview can say already. */
function dayProblems({ endOn, signedOn, startOn }: Values, today: Day): Complaint[] {
  const isLate = typeof signedOn === 'string' && signedOn > today
  const isTurned = typeof startOn === 'string' && typeof endOn === 'string' && endOn < startOn
  return [
    ...(isLate ? [complain('签订日期不能晚于今天')] : []),
    ...(isTurned ? [complain('结束日期不能早于开始日期')] : []),
  ]
}

const required = Object.entries(contract.fields).filter(
  ([name, field]) => isRequired(field) && name !== 'customerId' && !('readonly' in field),
)

export const contractKind: Kind = {
  entity: entityInFile('contract'),

  async meet(db, actor, rows) {
    const texts = [...new Set(rows.flatMap(({ customer }) => customer ?? []))]
    const parents = await parentsFor(db, actor, texts, 'contract.create')
    const parentIds = [...new Set(parents.map(({ id }) => id))]
    const contacts = rows.some(({ refs }) => refs['contactId']) ? await contactsFor(db, parentIds) : []
    const numbers = [...new Set(rows.flatMap(({ values }) => textOf(values['number']) ?? []))]
    const held = await known(db, actor, { numbers, customerIds: parentIds })
    return ({ customer, refs, values }): Finding => {
      if (customer === null) return { problems: [complain(`${contract.fields.customerId.label}不能为空`)] }
      const parent = chosen(parents, customer)
      if (parent === 'several') return { problems: [complain(`有几个客户的名称都像“${customer}”,请改写客户编号`)] }
      if (!parent) return { problems: [complain(`找不到客户“${customer}”,请先导入这个客户或改写客户编号`)] }
      const contact = contacts.find((one) => one.customerId === parent.id && one.name === refs['contactId'])
      const finding: Finding = {
        values: { customerId: parent.id, ...(contact && { contactId: contact.id }) },
        problems: [
          ...(parent.mayCreate === 1 ? [] : [complain(`没有给客户“${customer}”新建合同的权限`)]),
          ...(refs['contactId'] && !contact ? [complain(`这个客户没有叫“${refs['contactId']}”的联系人`)] : []),
          ...dayProblems(values, actor.today),
        ],
      }
      const number = textOf(values['number'])
      const same =
        number === null
          ? held.find(({ words }) => words === wordsOf(parent.id, values))
          : held.find((row) => row.number === number)
      if (!same) return finding
      return number === null
        ? { ...finding, same, reason: '客户、名称、金额相同' }
        : { ...finding, same, reason: '合同号相同', exclusive: true }
    }
  },

  memory() {
    const seen = new Map<string, number>()
    return ({ rowNumber, values }, finding): Repeat | null => {
      const number = textOf(values['number'])
      const key = number ?? wordsOf(finding.values?.['customerId'], values)
      const before = seen.get(key)
      if (before === undefined) {
        seen.set(key, rowNumber)
        return null
      }
      const isNumber = number !== null
      return {
        rowNumber: before,
        reason: isNumber ? '合同号相同' : '客户、名称、金额相同',
        same: true,
        exclusive: isNumber,
      }
    }
  },

  refusals(actor, values, existing) {
    if (existing) return []
    const missing = required
      .filter(([name]) => values[name] === undefined)
      .map(([, field]) => complain(`${field.label}不能为空`))
    return [
      ...(can(actor, 'contract.create') ? [] : [complain('没有新建合同的权限')]),
      ...(values['signedOn'] && !can(actor, 'contract.sign') ? [complain('没有登记签订的权限,不能导入签订日期')] : []),
      ...missing,
    ]
  },

  create: (tx, actor, values) => importContract(tx, actor, values as ContractCreate),
  update(tx, actor, id, values) {
    const { number: _, ...patch } = values
    return updateContract(tx, actor, id, patch as never)
  },
  withdraw: withdrawImported,
}
