import { entities } from '../entities/index.ts'
import type { Entity } from '../kernel/entity.ts'
import { decisionRoles } from '../entities/contact.ts'
import { day, flag, longText, money, option, quantity, rate, ref, text } from '../kernel/field.ts'
import type { ImportEntity } from './imports.ts'

const { contact, contract, customer, order, orderLine, receipt } = entities

/** A contract that was written elsewhere brings its number along. */
const contractInFile = {
  ...contract,
  fields: { ...contract.fields, number: text({ label: '合同号', max: 40, optional: true, aliases: ['合同编号'] }) },
} as const

/** States an order may arrive in; whatever is past 草稿 asks for a right of its own. */
export const orderStatesInFile = {
  draft: '草稿',
  confirmed: '已确认',
  partial: '部分交货',
  delivered: '已交货',
  closed: '已关闭',
} as const
export type OrderStateInFile = keyof typeof orderStatesInFile

/** What of an order stands once for all of its lines. */
export const orderHeadInFile = {
  number: text({ label: '订单编号', max: 40, aliases: ['订单号', '订单编码', '订单单号', '单号', '单据编号', '编号'] }),
  customerId: ref('customer', {
    label: '客户',
    aliases: ['客户名称', '客户编号', '客户代码', '购货单位', '购买方', '公司名称', '公司'],
  }),
  orderedOn: day({ label: '下单日期', aliases: ['订单日期', '下单时间', '单据日期', '签单日期', '日期'] }),
  state: option(orderStatesInFile, { label: '状态', default: 'draft', aliases: ['订单状态'] }),
  deliveredOn: day({ label: '交货日期', optional: true, aliases: ['实际交货日期', '发货日期', '送货日期'] }),
  contactId: ref('contact', { label: '联系人', optional: true, aliases: ['客户联系人'] }),
  // Several contracts of a customer may have one name: where a file says both, the number counts.
  contractId: ref('contract', { label: '合同号', optional: true, aliases: ['合同编号', '所属合同', '合同'] }),
  ownerId: ref('user', { label: '业务员', optional: true, aliases: ['负责人', '销售', '销售员', '跟单员'] }),
  delivererId: ref('user', { label: '交货人', optional: true, aliases: ['送货人', '发货人'] }),
  address: text({ label: '送货地址', max: 200, optional: true, aliases: ['收货地址', '交货地址'] }),
  discountFen: money({ label: '整单优惠', optional: true, min: 0, aliases: ['优惠金额', '整单折扣额'] }),
  amountFen: money({
    label: '订单金额',
    optional: true,
    aliases: ['订单总额', '总金额', '订单总金额', '合计金额', '合计'],
    help: '和明细算出来的不一样就不导入',
  }),
  terms: { ...order.fields.terms, aliases: ['交货条件', '付款条件', '付款方式'] },
  notes: { ...order.fields.notes, aliases: ['说明', '订单备注'] },
} as const

/** What each of its lines says. */
export const orderLineInFile = {
  productId: ref('product', {
    label: '产品编号',
    optional: true,
    aliases: ['商品编号', '商品编码', '产品编码', '货号', '物料编码', '产品', '商品'],
  }),
  name: text({
    label: '品名',
    max: 100,
    optional: true,
    aliases: ['产品名称', '商品名称', '货品名称', '物料名称', '名称'],
  }),
  spec: { ...orderLine.fields.spec, aliases: ['规格', '型号'] },
  unit: { ...orderLine.fields.unit, aliases: ['计量单位'] },
  qtyMilli: quantity({ label: '数量', min: 1, max: 1_000_000_000_000, aliases: ['订货数量', '订购数量', '销售数量'] }),
  priceFen: money({ label: '单价', min: 0, aliases: ['含税单价', '售价', '销售单价', '价格'] }),
  discountBp: rate({ label: '折扣', optional: true, min: 0, max: 10_000, help: '减去的百分比,例如 5%' }),
  taxRateBp: rate({ label: '税率', optional: true, min: 0, max: 10_000 }),
  lineAmountFen: money({
    label: '金额',
    optional: true,
    aliases: ['明细金额', '行金额', '含税金额', '小计', '价税合计'],
    help: '和数量 × 单价算出来的不一样就不导入',
  }),
  promisedOn: day({
    label: '要求交货期',
    optional: true,
    aliases: ['交货期', '交期', '要货日期', '要求交货日期', '明细要求交货期'],
  }),
  deliveredMilli: quantity({ label: '已交', optional: true, min: 0, aliases: ['已交数量', '已发数量', '已交货数量'] }),
  returnedMilli: quantity({ label: '已退', optional: true, min: 0, aliases: ['已退数量', '退货数量'] }),
  lineNotes: text({ label: '行备注', max: 200, optional: true, aliases: ['明细备注'] }),
} as const

const orderInFile = { ...order, fields: { ...orderHeadInFile, ...orderLineInFile } } as const

const phone = (label: string, ...aliases: string[]) =>
  text({ label, max: 30, optional: true, format: 'phone', mask: 'phone', aliases })
/** What a file says of each contact of a customer, one on a row; by the contact's own names behind it. */
export const contactInFile = {
  contactName: text({
    label: '联系人姓名',
    max: 60,
    optional: true,
    aliases: ['联系人', '姓名', '联络人', '联系人名称'],
  }),
  contactPrimary: flag({ label: '首要联系人', optional: true, aliases: ['是否首要', '主要联系人'] }),
  contactRole: option(decisionRoles, { label: '决策角色', optional: true, aliases: ['角色', '联系人角色'] }),
  contactJobTitle: text({
    label: '职务',
    max: 60,
    optional: true,
    aliases: ['职位', '岗位', '联系人职务', '联系人职位'],
  }),
  contactDepartment: text({ label: '所在部门', max: 60, optional: true, aliases: ['部门', '联系人部门'] }),
  contactMobile: phone('手机', '联系人手机', '手机号', '手机号码', '移动电话', '联系人手机号', '联系人电话'),
  contactMobile2: phone('备用手机', '手机2', '其他手机'),
  contactPhone: phone('办公电话', '联系人座机', '联系人办公电话'),
  contactEmail: text({ label: '联系人邮箱', max: 120, optional: true, format: 'email', aliases: ['联系人邮件'] }),
  contactWechat: text({ label: '微信', max: 60, optional: true, aliases: ['微信号', '联系人微信'] }),
  contactBirthday: day({ label: '生日', optional: true, aliases: ['出生日期', '联系人生日'] }),
  contactNotes: longText({ label: '联系人备注', max: 2000, optional: true, aliases: ['联系人说明'] }),
} as const
/** Which field of a contact each of them is. */
export const contactFieldOf: Readonly<Record<keyof typeof contactInFile, keyof typeof contact.fields>> = {
  contactName: 'name',
  contactPrimary: 'isPrimary',
  contactRole: 'decisionRole',
  contactJobTitle: 'jobTitle',
  contactDepartment: 'department',
  contactMobile: 'mobile',
  contactMobile2: 'mobile2',
  contactPhone: 'phone',
  contactEmail: 'email',
  contactWechat: 'wechat',
  contactBirthday: 'birthday',
  contactNotes: 'notes',
}
/** 客户 with its contacts below each other, the customer repeated or left empty. */
export const customerContactInFile = { ...customer, fields: { ...customer.fields, ...contactInFile } } as const

/** A receipt may bring its number and say what it pays. */
const receiptInFile = {
  ...receipt,
  fields: {
    ...receipt.fields,
    number: text({ label: '回款单号', max: 40, optional: true, aliases: ['收款单号', '单号', '编号'] }),
    orderId: ref('order', { label: '订单编号', optional: true, aliases: ['订单号', '核销订单', '订单'] }),
    contractId: ref('contract', { label: '合同号', optional: true, aliases: ['合同编号', '核销合同', '合同'] }),
  },
} as const

const INSTEAD: Partial<Record<ImportEntity, Entity>> = {
  customerContact: customerContactInFile,
  contract: contractInFile,
  order: orderInFile,
  receipt: receiptInFile,
}
/** What a file may carry of each: the entity, but for what only files may say. */
export const entityInFile = (entity: ImportEntity): Entity =>
  INSTEAD[entity] ?? entities[entity as Exclude<ImportEntity, 'customerContact'>]

/** Documents whose lines stand in the file below each other: which fields belong to the whole, what tells it from others, and its words. */
interface Whole {
  readonly head: readonly string[]
  /** The first of them that a row fills names its whole. */
  readonly keys: readonly string[]
  readonly same: string
  readonly all: string
}
const WHOLES: Partial<Record<ImportEntity, Whole>> = {
  order: { head: Object.keys(orderHeadInFile), keys: ['number'], same: '同一张单', all: '整张' },
  customerContact: { head: Object.keys(customer.fields), keys: ['name', 'number'], same: '同一家客户', all: '整家' },
}
export const wholeOf = (entity: ImportEntity): Whole | null => WHOLES[entity] ?? null
/** Its lines may stand on a sheet of their own. */
export const hasLinesSheet = (entity: ImportEntity): boolean => entity === 'order'
