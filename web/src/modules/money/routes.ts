import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'
import type { ContractPanel } from '../../core/panels/contractPanels'
import type { CustomerFigures } from '../../core/panels/customerFigures'
import type { CustomerAction, CustomerPanel } from '../../core/panels/customerPanels'
import type { OrderPanel } from '../../core/panels/orderPanels'

export const routes: RouteRecordRaw[] = [
  {
    path: '/receivables',
    name: 'receivables',
    component: () => import('./ReceivableListPage.vue'),
    meta: {
      title: '应收与回款',
      permission: 'receivable.read',
      menu: { group: '资金', icon: 'money', order: 40, keys: 'G R', bar: 4 },
      area: { name: 'money', label: '应收', order: 10 },
    },
  },
  {
    path: '/receipts',
    name: 'receipts',
    component: () => import('./ReceiptListPage.vue'),
    meta: {
      title: '回款',
      permission: 'receipt.read',
      menuOf: '/receivables',
      area: { name: 'money', label: '回款', order: 20 },
    },
  },
  {
    path: '/print/receipts/:id(\\d+)',
    component: () => import('./ReceiptPrintPage.vue'),
    props: ({ params }) => ({ id: Number(params['id']) }),
    meta: { title: '回款单', permission: 'receipt.read', bare: true },
  },
]
export const settings: RouteRecordRaw[] = [
  {
    path: 'receipts',
    component: () => import('./ReceiptRulesPage.vue'),
    meta: {
      title: '回款规则',
      permission: 'setting.manage',
      settings: { label: '回款规则', order: 42, words: '确认 多收 预收' },
    },
  },
]
/** From a row of the customer list and from its page. */
export const actions: CustomerAction[] = [
  {
    key: 'receipt',
    label: '登记回款',
    keys: 'P',
    permission: 'receipt.create',
    load: () => import('./CustomerReceipt.vue'),
  },
]
/** Columns of the 客户 list. */
export const figures: CustomerFigures[] = [
  {
    key: ['customerMoney', 'list'],
    permission: 'receivable.read',
    columns: [
      { key: 'receivable', label: '应收余额(元)', widthPx: 116, isNumber: true, sort: 'receivable', inCard: '应收' },
      { key: 'overdue', label: '其中逾期(元)', widthPx: 108, isNumber: true, sort: 'overdue', inCard: '逾期' },
      { key: 'deals', label: '累计成交(元)', widthPx: 120, isNumber: true, isWide: true },
    ],
    load: () => import('./customerFigures'),
  },
]
export const panels: CustomerPanel[] = [
  {
    key: 'moneyStrip',
    place: 'top',
    order: 1,
    permission: 'receivable.read',
    load: () => import('./MoneyStrip.vue'),
  },
  {
    key: 'money',
    place: 'right',
    isMoney: true,
    order: 26,
    permission: 'receivable.read',
    load: () => import('./MoneyPanel.vue'),
  },
]
export const orderPanels: OrderPanel[] = [
  { key: 'plan', order: 20, permission: 'receivable.read', load: () => import('./OrderPlan.vue') },
  { key: 'margin', order: 60, permission: 'product.cost', load: () => import('./OrderMargin.vue') },
]
export const contractPanels: ContractPanel[] = [
  { key: 'plan', place: 'middle', order: 20, permission: 'receivable.read', load: () => import('./ContractPlan.vue') },
  { key: 'margin', place: 'right', order: 60, permission: 'product.cost', load: () => import('./ContractMargin.vue') },
]
export const commands: readonly Command[] = [
  {
    label: '登记回款',
    permission: 'receipt.create',
    to: { path: '/receipts', query: { new: '1' } },
    isCreate: true,
  },
]
