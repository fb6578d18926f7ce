import { entityInFile } from '@crm/shared/contract/importFields'
import type { AllocationInput, ReceiptCreate } from '@crm/shared/contract/receipts'
import { receipt, receiptStates } from '@crm/shared/entities/receipt'
import { formatYuan } from '@crm/shared/money'
import { oldestFirst } from '@crm/shared/rules/receivables'
import { can } from '../../../../core/access/actor.ts'
import { inIds } from '../../../../db/dialect.ts'
import type { Read, Tx } from '../../../../db/store.ts'
import { createReceipt, withdrawImportedReceipt } from '../../../finance/service.ts'
import { amongTexts } from '../amongTexts.ts'
import { type Complaint, complain } from '../complaints.ts'
import { chosen, parentsFor } from './contactKind.ts'
import type { Finding, Kind, Repeat } from '../kind.ts'
import { contractOf, contractsFor, takenNumbers } from './orderTexts.ts'

type Values = Readonly<Record<string, unknown>>
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const ALIKE = '客户、金额、到账日期相同(不是同一笔就写上流水号)'
/** Without a number of its own money is known by whose it is, how much and when it came. */
const wordsOf = (customerId: unknown, { amountFen, receivedOn }: Values) =>
  JSON.stringify([customerId, amountFen, receivedOn])

/** Money of these customers that is there already and may be the same: by its bank number, or by how much it is. */
function moneyOf(db: Read | Tx, customerIds: readonly number[], rows: readonly { readonly values: Values }[]) {
  if (customerIds.length === 0) return Promise.resolve([])
  const banks = [...new Set(rows.flatMap(({ values }) => textOf(values['bankNumber']) ?? []))]
  const amounts = [...new Set(rows.flatMap(({ values }) => (values['amountFen'] as number | undefined) ?? []))]
  return (db as Tx)
    .selectFrom('receipts') // unscoped: of customers the importer sees
    .select(['id', 'number', 'customerId', 'amountFen', 'receivedOn', 'bankNumber'])
    .where('deletedAt', 'is', null)
    .where('state', '<>', 'void')
    .where(inIds(db, 'receipts.customerId', customerIds))
    .where((eb) => eb.or([amongTexts('receipts.bankNumber', banks), inIds(db, 'receipts.amountFen', amounts)]))
    .execute()
}

const ordersOf = (db: Read | Tx, numbers: readonly string[]) =>
  (db as Tx)
    .selectFrom('orders') // unscoped: told only where it is of a customer the importer sees
    .select(['id', 'number', 'customerId'])
    .where('deletedAt', 'is', null)
    .where(amongTexts('orders.number', numbers))
    .execute()

/** What is still to come in of an order or a contract. */
const openOf = (db: Read | Tx, of: { readonly orderIds: readonly number[]; readonly contractIds: readonly number[] }) =>
  (db as Tx)
    .selectFrom('effectiveReceivables')
    .select(['id', 'orderId', 'contractId', 'openFen', 'dueOn'])
    .where('openFen', '>', 0)
    .where((eb) =>
      eb.or([
        inIds(db, 'effectiveReceivables.orderId', of.orderIds),
        inIds(db, 'effectiveReceivables.contractId', of.contractIds),
      ]),
    )
    .execute()

export const receiptKind: Kind = {
  entity: entityInFile('receipt'),
  undoRight: 'receipt.void',

  async meet(db, actor, rows) {
    const all = (name: string) => [...new Set(rows.flatMap(({ refs }) => refs[name] ?? []))]
    const parents = await parentsFor(
      db,
      actor,
      [...new Set(rows.flatMap(({ customer }) => customer ?? []))],
      'receipt.create',
    )
    const parentIds = [...new Set(parents.map(({ id }) => id))]
    const taken = await takenNumbers(
      db,
      'receipts',
      rows.flatMap(({ values }) => textOf(values['number']) ?? []),
    )
    const money = await moneyOf(db, parentIds, rows)
    const [orders, contracts] = [
      all('orderId').length > 0 ? await ordersOf(db, all('orderId')) : [],
      all('contractId').length > 0 ? await contractsFor(db, parentIds) : [],
    ]
    const open =
      orders.length + contracts.length > 0
        ? await openOf(db, { orderIds: orders.map(({ id }) => id), contractIds: contracts.map(({ id }) => id) })
        : []

    return ({ customer, refs, values }): Finding => {
      if (customer === null) return { problems: [complain('客户不能为空')] }
      const parent = chosen(parents, customer)
      if (parent === 'several') return { problems: [complain(`有几个客户的名称都像“${customer}”,请改写客户编号`)] }
      if (!parent) return { problems: [complain(`找不到客户“${customer}”,请先导入这个客户或改写客户编号`)] }
      const problems: Complaint[] = []
      if (parent.mayCreate !== 1) problems.push(complain(`没有给客户“${customer}”登记回款的权限`))
      const [number, bankNumber] = [textOf(values['number']), textOf(values['bankNumber'])]
      const found = { values: { customerId: parent.id } }
      const about = (one: { id: number; number: string; about: string }) =>
        ({ id: one.id, title: one.number, about: one.about, ownerId: null, mayUpdate: false }) as const
      const numbered = number === null ? undefined : taken.find((one) => one.number === number)
      if (numbered)
        return {
          ...found,
          same: about({ ...numbered, about: receiptStates[numbered.state as never] }),
          reason: '回款单号相同',
          exclusive: true,
        }
      const told = (one: (typeof money)[number]) =>
        about({ ...one, about: `${one.receivedOn} ${formatYuan(one.amountFen)} 元` })
      const own = money.filter(({ customerId }) => customerId === parent.id)
      const banked = bankNumber === null ? undefined : own.find((one) => one.bankNumber === bankNumber)
      if (banked) return { ...found, same: told(banked), reason: '流水号相同', exclusive: true }
      const alike =
        number || bankNumber
          ? undefined
          : own.find((one) => wordsOf(one.customerId, one) === wordsOf(parent.id, values))
      if (alike) return { ...found, same: told(alike), reason: ALIKE }

      const amountFen = (values['amountFen'] as number | undefined) ?? 0
      const order = orders.find((one) => one.number === refs['orderId'] && one.customerId === parent.id)
      const agreed = contractOf(contracts, parent.id, refs['contractId'])
      const contract = typeof agreed === 'string' ? null : agreed
      if (refs['orderId'] && !order) problems.push(complain(`这个客户没有订单“${refs['orderId']}”`))
      if (typeof agreed === 'string') problems.push(complain(agreed))
      let allocations: AllocationInput[] | null = null
      if (order || contract) {
        const of = order ? `订单“${order.number}”` : `合同“${contract!.number}”`
        if (amountFen < 0) problems.push(complain('退款不能写订单编号或合同号,导入以后再调整核销'))
        allocations = oldestFirst(
          amountFen,
          open.filter((one) => (order ? one.orderId === order.id : one.contractId === contract!.id)),
        )
        if (allocations.length === 0 && amountFen > 0) problems.push(complain(`${of}没有还没收的应收款`))
      }
      return { ...found, problems, more: allocations }
    }
  },

  memory() {
    const seen = new Map<string, number>()
    return ({ rowNumber, values }, finding): Repeat | null => {
      const [number, bankNumber] = [textOf(values['number']), textOf(values['bankNumber'])]
      const customerId = finding.values?.['customerId']
      const key = number ?? JSON.stringify(bankNumber ? [customerId, bankNumber] : wordsOf(customerId, values))
      const before = seen.get(key)
      if (before === undefined) {
        seen.set(key, rowNumber)
        return null
      }
      const reason = number ? '回款单号相同' : bankNumber ? '流水号相同' : ALIKE
      return { rowNumber: before, reason, same: true, exclusive: true }
    }
  },

  refusals(actor, values) {
    const missing = (['amountFen', 'receivedOn'] as const)
      .filter((name) => values[name] === undefined)
      .map((name) => complain(`${receipt.fields[name].label}不能为空`))
    const on = textOf(values['receivedOn'])
    return [
      ...(can(actor, 'receipt.create') ? [] : [complain('没有登记回款的权限')]),
      ...missing,
      ...(values['amountFen'] === 0 ? [complain('回款金额不能是零,退款填负数')] : []),
      ...(on !== null && on > actor.today ? [complain('到账日期不能晚于今天')] : []),
    ]
  },

  create(tx, actor, { contractId: _contract, number, orderId: _order, ...values }, _, { more }) {
    const allocations = (more ?? null) as AllocationInput[] | null
    return createReceipt(
      tx,
      actor,
      { ...values, ...(allocations && { allocations }) } as unknown as ReceiptCreate,
      textOf(number) ?? undefined,
    )
  },
  update() {
    throw new Error('receipts are never changed by a file')
  },
  withdraw: withdrawImportedReceipt,
}
