import { entity } from '../kernel/entity.ts'
import { day, dict, longText, money, option, ref, text } from '../kernel/field.ts'

export const receiptStates = { pending: '待确认', confirmed: '已确认', void: '已作废' } as const
export type ReceiptState = keyof typeof receiptStates

/** 回款: money that came in (or, below zero, went back). What is not allocated to receivables is 预收款. */
export const receipt = entity({
  name: 'receipt',
  table: 'receipts',
  path: 'receipts',
  label: '回款',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'number',
  order: '-receivedOn',
  recycle: true,
  fields: {
    number: text({ label: '回款单号', max: 40, readonly: true, filter: true, sort: true }),
    customerId: ref('customer', { label: '客户', filter: true, aliases: ['客户名称', '付款单位'] }),
    amountFen: money({ label: '回款金额', filter: true, sort: true, aliases: ['金额', '到账金额', '收款金额'] }),
    receivedOn: day({ label: '到账日期', filter: true, sort: true, aliases: ['回款日期', '收款日期', '日期'] }),
    method: dict('receiptMethod', { label: '回款方式', default: 'bank', filter: true, aliases: ['方式', '付款方式'] }),
    bankNumber: text({ label: '流水号', max: 60, optional: true, filter: true, aliases: ['银行流水号', '凭证号'] }),
    payer: text({ label: '付款人', max: 100, optional: true }),
    state: option(receiptStates, { label: '状态', readonly: true, filter: true }),
    allocatedFen: money({ label: '已核销', readonly: true }),
    ownerId: ref('user', { label: '业务员', optional: true, readonly: true, filter: true }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    voidReason: text({ label: '作废原因', max: 200, optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 1000, optional: true }),
  },
})
