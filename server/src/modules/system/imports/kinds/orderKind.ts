import {
  entityInFile,
  orderHeadInFile,
  orderLineInFile,
  type OrderStateInFile,
} from '@crm/shared/contract/importFields'
import type { OrderCreate, OrderLineInput } from '@crm/shared/contract/orders'
import type { Day } from '@crm/shared/days'
import { orderStates } from '@crm/shared/entities/order'
import { formatYuan } from '@crm/shared/money'
import { documentTotals, lineAmount, type Priced } from '@crm/shared/rules/lines'
import { type Actor, can } from '../../../../core/access/actor.ts'
import { importOrder, type OrderInFile, withdrawImportedOrder } from '../../../contracts/deliveries/service.ts'
import type { Followers } from '../../../contracts/orders/service.ts'
import { type Complaint, complain } from '../complaints.ts'
import { chosen, parentsFor } from './contactKind.ts'
import type { Converted, Line } from '../convert.ts'
import type { Finding, Kind } from '../kind.ts'
import { contactsFor, contractOf, contractsFor, type Good, goodOf, goodsFor, takenNumbers } from './orderTexts.ts'

const DEFAULT_TAX_BP = 1_300

type Values = Readonly<Record<string, unknown>>
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const fenOf = (value: unknown) => (typeof value === 'number' ? value : null)
const stateOf = ({ state }: Values) => (state ?? 'draft') as OrderStateInFile
const handedOut = (lines: readonly Line[]) => lines.some(({ values }) => (fenOf(values['deliveredMilli']) ?? 0) > 0)
const blame = (line: Pick<Line, 'id'>, message: string, field?: keyof typeof orderLineInFile): Complaint => ({
  ...complain(message, null, line.id),
  ...(field && { field }),
})

interface Read {
  readonly inputs: readonly OrderLineInput[]
  readonly problems: readonly Complaint[]
  readonly remarks: readonly string[]
}
/** The lines as an order takes them; what a line lacks or gets wrong is told of its row. */
function readLines({ lines = [], problems: read }: Converted, goods: readonly Good[]): Read {
  const problems: Complaint[] = []
  const remarks: string[] = []
  const isRead = ({ id }: Line) => !read.some(({ rowId }) => rowId === id)
  const inputs = lines.map((line): OrderLineInput => {
    const { discountBp, lineNotes, name, priceFen, promisedOn, qtyMilli, spec, taxRateBp, unit } = line.values
    const [asked, said] = [line.refs['productId'] ?? null, textOf(name)]
    const good = goodOf(goods, asked ?? said ?? '', textOf(spec))
    if (good === 'several')
      problems.push(blame(line, `有几个产品叫“${asked ?? said}”,请改写产品编号`, asked ? 'productId' : 'name'))
    else if (asked && !good) problems.push(blame(line, `找不到产品“${asked}”,请先导入这个产品或改写编号`, 'productId'))
    else if (!asked && !said) problems.push(blame(line, '产品编号和品名要填一个'))
    else if (!good) remarks.push('条明细的品名不在产品目录里,按手写的品名导入')
    for (const key of ['qtyMilli', 'priceFen'] as const)
      if (line.values[key] === undefined && isRead(line))
        problems.push(blame(line, `${orderLineInFile[key].label}不能为空`, key))
    return {
      productId: good && good !== 'several' ? good.id : null,
      name: said ?? (good && good !== 'several' ? good.name : null),
      spec: textOf(spec),
      unit: textOf(unit),
      qtyMilli: fenOf(qtyMilli) ?? 0,
      priceFen: fenOf(priceFen) ?? 0,
      discountBp: fenOf(discountBp) ?? 0,
      taxRateBp: fenOf(taxRateBp),
      promisedOn: textOf(promisedOn),
      notes: textOf(lineNotes),
    }
  })
  return { inputs, problems, remarks }
}

const yuan = (fen: number) => formatYuan(fen)
/** An amount in the file must be the one the product's own rule comes to. */
function amountProblems(lines: readonly Line[], inputs: readonly OrderLineInput[], values: Values): Complaint[] {
  const priced = inputs.map(({ discountBp = 0, priceFen, qtyMilli, taxRateBp }): Priced => ({
    discountBp,
    priceFen,
    qtyMilli,
    taxRateBp: taxRateBp ?? DEFAULT_TAX_BP,
  }))
  try {
    const totals = documentTotals(priced, fenOf(values['discountFen']) ?? 0)
    const problems = lines.flatMap((line, at) => {
      const said = fenOf(line.values['lineAmountFen'])
      const [own, shared] = [lineAmount(priced[at]!), totals.lines[at]!.amountFen]
      if (said === null || said === own || said === shared) return []
      return [blame(line, `金额写着 ${yuan(said)},按数量、单价和折扣算是 ${yuan(own)}`, 'lineAmountFen')]
    })
    const said = fenOf(values['amountFen'])
    return said === null || said === totals.amountFen
      ? problems
      : [
          ...problems,
          { ...complain(`订单金额写着 ${yuan(said)},按明细算是 ${yuan(totals.amountFen)}`), field: 'amountFen' },
        ]
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return [complain(error.message.endsWith('discount') ? '整单优惠不能超过明细合计' : '明细金额太大')]
  }
}

function handedOf(lines: readonly Line[]): OrderInFile['handed'] {
  if (lines.every(({ values }) => values['deliveredMilli'] === undefined)) return null
  return lines.map(({ values }) => ({
    deliveredMilli: fenOf(values['deliveredMilli']) ?? 0,
    returnedMilli: fenOf(values['returnedMilli']) ?? 0,
  }))
}
/** When the goods of a past order went out, as far as the file knows. */
const deliveredDay = (values: Values, inputs: readonly OrderLineInput[], today: Day): Day => {
  const promised = inputs.map(({ promisedOn }) => promisedOn).find((day) => day && day <= today)
  return textOf(values['deliveredOn']) ?? promised ?? textOf(values['orderedOn']) ?? today
}

function stateProblems(actor: Actor, values: Values, lines: readonly Line[]): Complaint[] {
  const state = stateOf(values)
  const back = lines.filter(
    ({ values: line }) => (fenOf(line['returnedMilli']) ?? 0) > (fenOf(line['deliveredMilli']) ?? 0),
  )
  const tooMuch = back.map((line) => blame(line, '已退不能多于已交', 'returnedMilli'))
  if (state === 'draft')
    return handedOut(lines) ? [...tooMuch, complain('草稿不能有已交,状态要写部分交货或已交货')] : tooMuch
  const late = textOf(values['deliveredOn']) ?? ''
  const said = `状态“${orderStates[state]}”`
  return [
    ...tooMuch,
    ...(can(actor, 'history.import') ? [] : [complain(`${said}要有导入历史订单的权限;状态留空就导入为草稿,再提交`)]),
    ...((state === 'confirmed' && !handedOut(lines)) || can(actor, 'delivery.create')
      ? []
      : [complain(`${said}要有登记交货的权限`)]),
    ...(state !== 'closed' || can(actor, 'order.void') ? [] : [complain(`${said}要有关闭订单的权限`)]),
    ...(late > actor.today ? [complain('交货日期不能晚于今天')] : []),
    ...(state === 'partial' && handedOf(lines) === null ? [complain(`${said}要有“已交”这一列`)] : []),
  ]
}

/** `followers`: who is told of what becomes of an order. */
export const orderKind = (followers: Followers): Kind => ({
  entity: entityInFile('order'),

  async meet(db, actor, rows) {
    const parents = await parentsFor(
      db,
      actor,
      [...new Set(rows.flatMap(({ customer }) => customer ?? []))],
      'order.create',
    )
    const parentIds = [...new Set(parents.map(({ id }) => id))]
    const asks = (name: string) => rows.some(({ refs }) => refs[name] !== undefined)
    const contacts = asks('contactId') ? await contactsFor(db, parentIds) : []
    const contracts = asks('contractId') ? await contractsFor(db, parentIds) : []
    const lines = rows.flatMap((row) => row.lines ?? [])
    const goods = await goodsFor(
      db,
      actor,
      lines.flatMap(({ refs, values }) =>
        [refs['productId'], textOf(values['name'])].filter((text) => typeof text === 'string'),
      ),
    )
    const taken = await takenNumbers(
      db,
      'orders',
      rows.flatMap(({ values }) => textOf(values['number']) ?? []),
    )

    return (row): Finding => {
      const { customer, refs, values } = row
      const problems: Complaint[] = []
      const head = (message: string, field: keyof typeof orderHeadInFile) =>
        problems.push({ ...complain(message), field })
      for (const key of ['number', 'orderedOn'] as const)
        if (values[key] === undefined && row.problems.length === 0) head(`${orderHeadInFile[key].label}不能为空`, key)
      const parent = customer === null ? null : chosen(parents, customer)
      if (customer === null) head('客户不能为空', 'customerId')
      else if (parent === 'several') head(`有几个客户的名称都像“${customer}”,请改写客户编号`, 'customerId')
      else if (!parent) head(`找不到客户“${customer}”,请先导入这个客户或改写客户编号`, 'customerId')
      else if (parent.mayCreate !== 1) head(`没有给客户“${customer}”新建订单的权限`, 'customerId')
      const customerId = parent && parent !== 'several' ? parent.id : 0
      const contact = contacts.find((one) => one.customerId === customerId && one.name === refs['contactId'])
      if (refs['contactId'] && !contact) head(`这个客户没有叫“${refs['contactId']}”的联系人`, 'contactId')
      const agreed = contractOf(contracts, customerId, refs['contractId'])
      if (typeof agreed === 'string') head(agreed, 'contractId')
      const contract = typeof agreed === 'string' ? null : agreed
      if (contract?.state === 'void') head(`合同“${refs['contractId']}”已作废`, 'contractId')
      const { inputs, problems: wrong, remarks } = readLines(row, goods)
      problems.push(...wrong)
      if (wrong.length === 0) problems.push(...amountProblems(row.lines ?? [], inputs, values))
      problems.push(...stateProblems(actor, values, row.lines ?? []))
      const finding: Finding = {
        values: { customerId, ...(contact && { contactId: contact.id }), ...(contract && { contractId: contract.id }) },
        problems,
        remarks,
        more: { inputs, handed: handedOf(row.lines ?? []) },
      }
      const same = taken.find(({ number }) => number === values['number'])
      if (!same) return finding
      const where = same.deletedAt === null ? '' : ',在回收站里'
      const existing = {
        id: same.id,
        title: same.number,
        about: `${orderStates[same.state as never]}${where}`,
        ownerId: null,
        mayUpdate: false,
      }
      // Whatever else the file says of it, it is there already.
      return { ...finding, problems: [], remarks: [], same: existing, reason: '订单号相同', exclusive: true }
    }
  },

  // One number is one order: its rows have been put together.
  memory: () => () => null,

  refusals: (actor) => (can(actor, 'order.create') ? [] : [complain('没有新建订单的权限')]),

  async create(tx, actor, values, _, { more }) {
    const { handed, inputs } = more as { inputs: readonly OrderLineInput[]; handed: OrderInFile['handed'] }
    const { amountFen: _amount, deliveredOn: _on, number, state: _state, ...body } = values
    const order = { ...body, lines: inputs } as unknown as OrderCreate
    const facts: OrderInFile = {
      number: number as string,
      state: stateOf(values),
      order,
      handed,
      deliveredOn: deliveredDay(values, inputs, actor.today),
    }
    return importOrder(tx, actor, facts, followers)
  },
  update() {
    throw new Error('orders are never changed by a file')
  },
  withdraw: (tx, actor, id) => withdrawImportedOrder(tx, actor, id, followers),
})
