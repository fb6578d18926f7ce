import type { customer } from '../entities/customer.ts'
import { endpoint } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import type { ApprovalRow } from './approvals.ts'
import type { OpenLine } from './deliveries.ts'
import type { Feedback } from './feedback.ts'
import type { PersonsDay } from './interactions.ts'
import type { Reminder } from './reminders.ts'

/** Whose work the workbench shows. */
export const homeCircles = {
  me: '我',
  team: '本部门',
  subtree: '本部门及下属',
  all: '全公司',
  person: '一位同事',
} as const
export type HomeCircle = keyof typeof homeCircles

/** Where a number leads: the page, and the list behind it with exactly the rows that were counted. */
export interface HomeLink {
  readonly page: string
  readonly list: string
  /** The same for page and list. */
  readonly query: Readonly<Record<string, string>>
  /** What the page's own address needs besides. */
  readonly also?: Readonly<Record<string, string>>
}
export interface HomeCount {
  readonly label: string
  readonly count: number
  /** There are more than `count`. */
  readonly capped: boolean
  /** What the counted rows amount to, all of them, where that says more than how many there are. */
  readonly amountFen?: number
  readonly link: HomeLink
}
type HomeCustomer = Pick<
  RowOf<typeof customer>,
  'id' | 'name' | 'level' | 'ownerId' | 'ownerName' | 'lastFollowUpAt' | 'createdAt'
>
export type HomeRows =
  | { readonly of: 'reminder'; readonly items: readonly Reminder[] }
  | { readonly of: 'customer'; readonly items: readonly HomeCustomer[] }
  | { readonly of: 'feedback'; readonly items: readonly Feedback[] }
  | { readonly of: 'approval'; readonly items: readonly ApprovalRow[] }
  | { readonly of: 'openLine'; readonly items: readonly OpenLine[] }
  | { readonly of: 'person'; readonly items: readonly PersonsDay[] }
export interface HomeBlock extends HomeCount {
  readonly key: string
  readonly tone: 'plain' | 'warn' | 'bad'
  /** What the number is made of. */
  readonly parts?: readonly HomeCount[]
  /** The same number of the period before. */
  readonly before?: HomeCount
  /** The first of the counted rows, where something can be done about them in place. */
  readonly rows?: HomeRows
}
export interface Home {
  readonly circle: HomeCircle
  readonly userId: number | null
  readonly choices: {
    readonly circles: readonly Exclude<HomeCircle, 'person'>[]
    /** Colleagues one may look at singly. */
    readonly userIds: readonly number[]
  }
  /** Those with something in them, in the product's own order. */
  readonly blocks: readonly HomeBlock[]
  /** What could not be read this time, in words; the rest stands. */
  readonly failed: readonly string[]
}
const CHOSEN = Object.keys(homeCircles).filter((key) => key !== 'person') as Exclude<HomeCircle, 'person'>[]

export const home = {
  read: endpoint<Home>()('GET', '/api/home', 'signedIn', {
    summary: '工作台',
    query: {
      circle: { as: 'oneOf', values: CHOSEN, label: '看谁的' },
      userId: { as: 'id', label: '同事' },
    },
  }),
}
