import type { Actor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import type { TestApp } from '../app.ts'
import type { Row } from '../row.ts'

export interface Making {
  readonly actor: Actor
  /** Another name at each call. */
  readonly next: (label: string) => string
  /** The customer it hangs on; 0 of kinds that belong to everybody. */
  readonly customerId: number
  /** What `states` of the part asks for, by endpoint. */
  readonly state: string
}
export interface Kind {
  /** `customer`: seen as its customer is; `everybody`: seen by whoever holds the permission. */
  readonly of: 'customer' | 'everybody'
  /** The permission to read it, where it is not `<kind>.read`. */
  readonly reads?: string
  /** Its own owner's: collaborators of the customer do not see it. */
  readonly unshared?: true
  readonly make: (tx: Tx, given: Making) => Promise<Row>
  readonly remove: (tx: Tx, actor: Actor, row: Row) => Promise<unknown>
}
/** As in policy.ts; `of` names one of the part's kinds, or the customer. */
export interface Rule {
  readonly needs: string
  readonly of?: string
  readonly shared?: 'read' | 'edit'
  readonly recycled?: true
  readonly ok: number
}
/** What a module tells the generated tests of itself: who may do what, on what row, with what body. */
export interface Part {
  readonly policies: Readonly<Record<string, Rule>>
  readonly bodies: Readonly<Record<string, (row: Row, app: TestApp, n: number) => object>>
  readonly kinds: Readonly<Record<string, Kind>>
  /** The state a row must be in for the endpoint, where any will not do. */
  readonly states?: Readonly<Record<string, string>>
}
