import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Command } from '../core/panels/command'
import { showOnContracts } from '../core/panels/contractPanels'
import { offerCreators } from '../core/panels/creators'
import { offerFigures } from '../core/panels/customerFigures'
import { offerOnCustomers, showOnCustomers } from '../core/panels/customerPanels'
import { showOnOrders } from '../core/panels/orderPanels'
import { showOnReceipts } from '../core/panels/receiptPanels'
import { showFiles, showReminders } from '../core/panels/subjectPanels'
import { useSession } from '../core/session'
import { askToLeave, hasUnsaved } from '../core/form/unsaved'
import MessagePage from '../layout/MessagePage.vue'
import {
  commands as approvalCommands,
  routes as approvals,
  settings as approvalSettings,
} from '../modules/approvals/routes'
import { routes as ageing, settings as ageingSettings } from '../modules/ageing/routes'
import { routes as auth } from '../modules/auth/routes'
import {
  commands as customerCommands,
  creators as customerCreators,
  routes as customers,
  settings as customerSettings,
} from '../modules/customers/routes'
import {
  commands as contractCommands,
  panels as contractPanels,
  routes as contracts,
  settings as contractSettings,
} from '../modules/contracts/routes'
import {
  orderPanels as deliveryPanels,
  routes as deliveries,
  settings as deliverySettings,
} from '../modules/deliveries/routes'
import {
  commands as documentCommands,
  contractFiles,
  files,
  orderFiles,
  panels as documentPanels,
  receiptFiles,
  routes as documents,
} from '../modules/documents/routes'
import { actions as mergeActions, panels as mergePanels, routes as duplicates } from '../modules/duplicates/routes'
import { commands as feedbackCommands, panels as feedbackPanels, routes as feedback } from '../modules/feedback/routes'
import {
  actions as followUpActions,
  commands as followUpCommands,
  panels as followUpPanels,
  routes as followUps,
} from '../modules/followUps/routes'
import { commands as exportCommands, routes as exports } from '../modules/exports/routes'
import { commands as expenseCommands, routes as expenses } from '../modules/expenses/routes'
import { panels as creditPanels, settings as creditSettings } from '../modules/credit/routes'
import {
  commands as invoiceCommands,
  contractPanels as contractInvoices,
  orderPanels as orderInvoices,
  routes as invoices,
} from '../modules/invoices/routes'
import { settings as handoverSettings } from '../modules/handover/routes'
import { routes as home, settings as homeSettings } from '../modules/home/routes'
import { commands as importCommands, routes as imports, settings as importSettings } from '../modules/imports/routes'
import {
  commands as reminderCommands,
  ofRecords as recordReminders,
  panels as reminderPanels,
  routes as reminders,
  settings as reminderSettings,
} from '../modules/reminders/routes'
import { commands as orderCommands, panels as orderPanels, routes as orders } from '../modules/orders/routes'
import {
  actions as moneyActions,
  commands as moneyCommands,
  contractPanels as contractMoney,
  figures as moneyFigures,
  orderPanels as orderMoney,
  panels as moneyPanels,
  routes as money,
  settings as moneySettings,
} from '../modules/money/routes'
import { settings as noticeSettings } from '../modules/notifications/routes'
import { settings as orgSettings } from '../modules/org/routes'
import { panels as poolPanels, routes as pools, settings as poolSettings } from '../modules/pools/routes'
import {
  commands as productCommands,
  creators as productCreators,
  panels as productPanels,
  routes as products,
} from '../modules/products/routes'
import { commands as quoteCommands, panels as quotePanels, routes as quotes } from '../modules/quotes/routes'
import { settings as systemSettings, settingsFrame } from '../modules/system/routes'

/** Every page, module by module: the table of contents of the web. */
const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/home' },
  ...home,
  ...approvals,
  ...auth,
  ...customers,
  ...pools,
  ...duplicates,
  ...imports,
  ...exports,
  ...followUps,
  ...feedback,
  ...orders,
  ...quotes,
  ...products,
  ...deliveries,
  ...money,
  ...invoices,
  ...expenses,
  ...ageing,
  ...contracts,
  ...documents,
  ...reminders,
  // The order of children is no order of the list: each says its place in `meta.settings`.
  settingsFrame([
    ...orgSettings,
    ...handoverSettings,
    ...systemSettings,
    ...customerSettings,
    ...contractSettings,
    ...moneySettings,
    ...creditSettings,
    ...ageingSettings,
    ...poolSettings,
    ...approvalSettings,
    ...deliverySettings,
    ...importSettings,
    ...homeSettings,
    ...noticeSettings,
    ...reminderSettings,
  ]),
  { path: '/forbidden', component: MessagePage, props: { kind: 'forbidden' } },
  { path: '/unreachable', component: MessagePage, props: { kind: 'unreachable' }, meta: { public: true } },
  { path: '/:missing(.*)*', component: MessagePage, props: { kind: 'missing' } },
]
/** What 新建 and the command palette offer. */
export const commands: readonly Command[] = [
  ...customerCommands,
  ...followUpCommands,
  ...importCommands,
  ...orderCommands,
  ...quoteCommands,
  ...productCommands,
  ...feedbackCommands,
  ...contractCommands,
  ...documentCommands,
  ...moneyCommands,
  ...invoiceCommands,
  ...expenseCommands,
  ...reminderCommands,
  ...approvalCommands,
  ...exportCommands,
]

offerOnCustomers([...followUpActions, ...moneyActions, ...mergeActions])
offerFigures([...moneyFigures])
showOnCustomers([
  ...poolPanels,
  ...followUpPanels,
  ...orderPanels,
  ...quotePanels,
  ...productPanels,
  ...documentPanels,
  ...feedbackPanels,
  ...contractPanels,
  ...moneyPanels,
  ...creditPanels,
  ...reminderPanels,
  ...mergePanels,
])
showOnContracts([...contractMoney, ...contractInvoices, ...contractFiles])
showOnOrders([...deliveryPanels, ...orderMoney, ...orderInvoices, ...orderFiles])
showOnReceipts([...receiptFiles])
showFiles(files)
showReminders(recordReminders)
offerCreators([...customerCreators, ...productCreators])
export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to, from) => {
  const isElsewhere = to.path !== from.path
  if (isElsewhere && hasUnsaved() && !(await askToLeave())) return false
  if (to.meta.public) return true
  const session = useSession()
  try {
    if (!(await session.load())) return { path: '/login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  } catch {
    return { path: '/unreachable' }
  }
  return session.can(to.meta.permission) || { path: '/forbidden' }
})
