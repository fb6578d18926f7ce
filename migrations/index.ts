import * as organisation from './0001_organisation.ts'
import * as base from './0002_base.ts'
import * as customers from './0003_customers.ts'
import * as imports from './0004_imports.ts'
import * as followed from './0005_followed.ts'
import * as interactions from './0006_interactions.ts'
import * as documents from './0007_documents.ts'
import * as reminders from './0008_reminders.ts'
import * as notices from './0009_notices.ts'
import * as pools from './0010_pools.ts'
import * as merges from './0011_merges.ts'
import * as feedback from './0012_feedback.ts'
import * as inactivity from './0013_inactivity.ts'
import * as personal from './0014_personal.ts'
import * as leanerIndexes from './0015_leanerIndexes.ts'
import * as catalog from './0020_catalog.ts'
import * as trade from './0021_trade.ts'
import * as money from './0022_money.ts'
import * as approvals from './0023_approvals.ts'
import * as deliveries from './0024_deliveries.ts'
import * as contracts from './0025_contracts.ts'
import * as receipts from './0026_receipts.ts'
import * as invoicing from './0027_invoicing.ts'
import * as stays from './0036_stays.ts'
import * as creditGroups from './0038_creditGroups.ts'
import * as bulkRuns from './0046_bulkRuns.ts'
import * as importPlaces from './0050_importPlaces.ts'
import * as announcements from './0047_announcements.ts'
import * as contractTitles from './0052_contractTitles.ts'
import * as phoneIndex from './0054_phoneIndex.ts'
import * as contractSearch from './0055_contractSearch.ts'
import * as knownAt from './0056_knownAt.ts'
import * as moneyIndexes from './0057_moneyIndexes.ts'
import * as customersHeld from './0058_customersHeld.ts'
import * as poolBatches from './0059_poolBatches.ts'
import * as reminderSubjects from './0060_reminderSubjects.ts'
import * as sharingRequests from './0061_sharingRequests.ts'
import * as exportJobs from './0062_exportJobs.ts'
import * as netOfReturns from './0063_netOfReturns.ts'
import type { Migration } from './helpers.ts'

export type { Db, Migration } from './helpers.ts'

/** All migrations, oldest first. Explicit, so that none is found or lost by accident; a released one never changes. */
export const migrations: readonly Migration[] = [
  organisation,
  base,
  customers,
  imports,
  followed,
  interactions,
  documents,
  reminders,
  notices,
  pools,
  merges,
  feedback,
  inactivity,
  personal,
  leanerIndexes,
  catalog,
  trade,
  money,
  approvals,
  deliveries,
  contracts,
  receipts,
  invoicing,
  stays,
  creditGroups,
  bulkRuns,
  announcements,
  importPlaces,
  contractTitles,
  phoneIndex,
  contractSearch,
  knownAt,
  moneyIndexes,
  customersHeld,
  poolBatches,
  reminderSubjects,
  sharingRequests,
  exportJobs,
  netOfReturns,
]
