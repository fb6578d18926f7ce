import { customerMoney as api } from '@crm/shared/contract/customerMoney'
import { margins } from '@crm/shared/contract/margins'
import type { Router } from '../../core/http/bind.ts'
import { creditRoutes } from './credit/routes.ts'
import { moneyOf } from './customerMoney.ts'
import { sumsOf } from './customerSums.ts'
import { expenseRoutes } from './expenses/routes.ts'
import { invoiceRoutes } from './invoices/routes.ts'
import { marginOfContract, marginOfOrder } from './margins.ts'
import { receiptRoutes } from './receipts/routes.ts'
import { receivableRoutes } from './receivables/routes.ts'

/** 应收与回款. */
export function financeRoutes(router: Router): void {
  receivableRoutes(router)
  receiptRoutes(router)
  creditRoutes(router)
  invoiceRoutes(router)
  expenseRoutes(router)
  router.read(margins.order, (db, { actor, params }) => marginOfOrder(db, actor, params.id))
  router.read(margins.contract, (db, { actor, params }) => marginOfContract(db, actor, params.id))
  router.read(api.sums, async (db, { actor, query }) => ({
    items: await sumsOf(db, actor, query.ids ?? [], { withDeals: query.deals === true }),
  }))
  router.read(api.read, (db, { actor, params }) => moneyOf(db, actor, params.id))
}
