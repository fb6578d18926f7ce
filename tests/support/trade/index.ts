import { contracts } from './contracts.ts'
import { ageing } from './ageing.ts'
import { credit } from './credit.ts'
import { deliveries } from './deliveries.ts'
import { exports } from './exports.ts'
import { expenses } from './expenses.ts'
import { invoices } from './invoices.ts'
import { money } from './money.ts'
import { orders } from './orders.ts'
import type { Kind, Part, Rule } from './part.ts'
import { prints } from './prints.ts'
import { products } from './products.ts'
import { quotes } from './quotes.ts'

/** The business documents: each module's own words to the generated tests, in one list. */
const parts = [
  contracts,
  ageing,
  credit,
  deliveries,
  exports,
  expenses,
  invoices,
  money,
  orders,
  prints,
  products,
  quotes,
] as const satisfies readonly Part[]

type KindsOf<P> = P extends { kinds: infer K } ? keyof K & string : never
export type TradeSubject = KindsOf<(typeof parts)[number]>

const merged = <K extends keyof Part>(key: K): NonNullable<Part[K]> =>
  Object.assign({}, ...parts.map((part: Part) => part[key] ?? {})) as NonNullable<Part[K]>

export const tradePolicies = merged('policies') as Readonly<
  Record<string, Omit<Rule, 'of'> & { readonly of?: TradeSubject | 'customer' }>
>
export const tradeBodies = merged('bodies')
export const tradeStates = merged('states')
export const tradeKinds: Readonly<Record<string, Kind>> = merged('kinds')
