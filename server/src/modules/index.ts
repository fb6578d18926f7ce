import type { Module } from '../core/module.ts'
import { catalogRoutes } from './catalog/routes.ts'
import { customerLinks } from './customerLinks.ts'
import { homeBlocks } from './homeBlocks.ts'
import { mergeRoutes } from './customers/merge/routes.ts'
import { poolRoutes } from './customers/pools/routes.ts'
import { customerRoutes } from './customers/routes.ts'
import { contractRoutes } from './contracts/agreements/routes.ts'
import { deliveryRoutes } from './contracts/deliveries/routes.ts'
import { documentRoutes } from './contracts/documents/routes.ts'
import { orderRoutes } from './contracts/orders/routes.ts'
import { ageingRoutes } from './finance/ageing/routes.ts'
import { financeRoutes } from './finance/routes.ts'
import { handoverParts } from './handovers.ts'
import { orgRoutes } from './org/routes.ts'
import { feedbackRoutes } from './service/feedback/routes.ts'
import { approvalSubjects } from './approvalSubjects.ts'
import { approvalRoutes } from './system/approvals/routes.ts'
import { auditRoutes } from './system/audit/routes.ts'
import { bigDealRoutes } from './system/bigDeals/routes.ts'
import { dictionaryRoutes } from './system/dictionaries/routes.ts'
import { importRoutes } from './system/imports/routes.ts'
import { printRoutes } from './system/prints/routes.ts'
import { settingsRoutes } from './system/settings/routes.ts'
import { timelineRoutes } from './timelineRoutes.ts'
import { tradeFollowers } from './tradeFollowers.ts'
import { homeRoutes } from './work/home/routes.ts'
import { inactivityRoutes } from './work/inactivity/routes.ts'
import { interactionRoutes } from './work/interactions/routes.ts'
import { reminderRoutes } from './work/reminders/routes.ts'
import { notificationRoutes } from './work/notifications/routes.ts'
import { handoverRoutes } from './work/handover/routes.ts'

export { approvalSubjects } from './approvalSubjects.ts'
export { handoverParts } from './handovers.ts'

/** The server's table of contents. */
export const modules: readonly Module[] = [
  { name: 'settings', routes: settingsRoutes },
  { name: 'dictionaries', routes: dictionaryRoutes },
  { name: 'org', routes: orgRoutes },
  { name: 'approvals', routes: approvalRoutes(approvalSubjects) },
  { name: 'bigDeals', routes: bigDealRoutes },
  { name: 'customers', routes: customerRoutes },
  { name: 'pools', routes: poolRoutes },
  { name: 'merges', routes: mergeRoutes(customerLinks) },
  { name: 'catalog', routes: catalogRoutes },
  { name: 'documents', routes: documentRoutes },
  { name: 'contracts', routes: contractRoutes(tradeFollowers) },
  { name: 'orders', routes: orderRoutes(tradeFollowers) },
  { name: 'deliveries', routes: deliveryRoutes(tradeFollowers) },
  { name: 'ageing', routes: ageingRoutes },
  { name: 'prints', routes: printRoutes },
  { name: 'finance', routes: financeRoutes },
  { name: 'imports', routes: importRoutes },
  { name: 'handovers', routes: handoverRoutes(handoverParts) },
  { name: 'interactions', routes: interactionRoutes },
  { name: 'timeline', routes: timelineRoutes },
  { name: 'reminders', routes: reminderRoutes },
  { name: 'notifications', routes: notificationRoutes },
  { name: 'audit', routes: auditRoutes },
  { name: 'feedback', routes: feedbackRoutes },
  { name: 'inactivity', routes: inactivityRoutes },
  { name: 'home', routes: homeRoutes(homeBlocks) },
]
