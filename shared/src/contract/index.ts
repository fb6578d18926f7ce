import { approvals } from './approvals.ts'
import { ageing } from './ageing.ts'
import { announcements } from './announcements.ts'
import { auth } from './auth.ts'
import { bigDeals } from './bigDeals.ts'
import { bulk } from './bulk.ts'
import { contracts } from './contracts.ts'
import { credit } from './credit.ts'
import { contacts, customers, search, tags } from './customers.ts'
import { deliveries } from './deliveries.ts'
import { documents } from './documents.ts'
import { customerMoney } from './customerMoney.ts'
import { duplicates, merges } from './duplicates.ts'
import { expenses } from './expenses.ts'
import { exportJobs } from './exportJobs.ts'
import { exports } from './exports.ts'
import { feedback } from './feedback.ts'
import { handovers } from './handovers.ts'
import { home } from './home.ts'
import { imports } from './imports.ts'
import { inactivity } from './inactivity.ts'
import { interactions } from './interactions.ts'
import { invoices } from './invoices.ts'
import { margins } from './margins.ts'
import { notifications } from './notifications.ts'
import { directory, roles, teams, users } from './org.ts'
import { orders } from './orders.ts'
import { pools } from './pools.ts'
import { prints } from './prints.ts'
import { priceMoves, productCategories, productPrices, products, productUses } from './products.ts'
import { receipts } from './receipts.ts'
import { receivables } from './receivables.ts'
import { quotes } from './quotes.ts'
import { calendar, holidays, reminders } from './reminders.ts'
import { sharing } from './sharing.ts'
import { audit, dictionaries, settings, tokens } from './system.ts'
import { timeline } from './timeline.ts'

const { templates: contractTemplates, ...contractVerbs } = contracts

/** The product's HTTP interface, by domain: routes, OpenAPI and the permission matrix are generated from it. */
export const contract = {
  auth,
  directory,
  users,
  teams,
  roles,
  customers,
  sharing,
  bulk,
  contacts,
  tags,
  interactions,
  reminders,
  calendar,
  holidays,
  timeline,
  documents,
  search,
  pools,
  dictionaries,
  settings,
  imports,
  exports,
  exportJobs,
  audit,
  tokens,
  feedback,
  inactivity,
  home,
  duplicates,
  merges,
  handovers,
  notifications,
  announcements,
  approvals,
  bigDeals,
  contracts: contractVerbs,
  contractTemplates,
  products,
  productCategories,
  productPrices,
  priceMoves,
  productUses,
  quotes,
  orders,
  deliveries,
  ageing,
  prints,
  receivables,
  receipts,
  customerMoney,
  margins,
  credit,
  invoices,
  expenses,
}
