import type { Entity } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import type { Read, Tx } from '../../../db/store.ts'
import type { Complaint } from './complaints.ts'
import type { Converted } from './convert.ts'

/** A record that is there already. `about` is what anyone may be told of it. */
export interface Existing {
  readonly id: number
  readonly title: string
  readonly about: string
  readonly ownerId: number | null
  readonly mayUpdate: boolean
}
/** What a row meets in the database, or in the rows above it. */
export interface Finding {
  /** The same record. */
  readonly same?: Existing | null
  /** Why it is the same, or why another one stands in the way: 名称相同. */
  readonly reason?: string
  /** Another record that 查重 will not let pass. */
  readonly clash?: Existing | null
  /** A number or key that no override can share. */
  readonly exclusive?: boolean
  /** Facts the look-up added: the customer's id. */
  readonly values?: Readonly<Record<string, unknown>>
  /** What it found that is no field of the record: the lines of a document, what a receipt pays. */
  readonly more?: unknown
  readonly problems?: readonly Complaint[]
  /** What is told of the whole file when the row passes, with how many of them there are: 条明细… */
  readonly remarks?: readonly string[]
}
/** A row above that this one repeats. */
export interface Repeat {
  readonly rowNumber: number
  readonly reason: string
  /** The same record, or only one that stands in the way. */
  readonly same: boolean
  readonly exclusive: boolean
}

/** What the import of an entity needs to know: one of these per entity that can be imported. */
export interface Kind {
  readonly entity: Entity
  /** Looks up at once what these rows may meet. */
  meet(db: Read | Tx, actor: Actor, rows: readonly Converted[]): Promise<(row: Converted) => Finding>
  /** Remembers the rows of one file in their order; answers with the row above that a row repeats. */
  memory(): (row: Converted, finding: Finding) => Repeat | null
  /** What forbids this row to be created, or to change `existing`. */
  refusals(actor: Actor, values: Readonly<Record<string, unknown>>, existing: Existing | null): Complaint[]
  create(
    tx: Tx,
    actor: Actor,
    values: Readonly<Record<string, unknown>>,
    overrideReason: string | null,
    finding: Finding,
  ): Promise<{ id: number; version: number }>
  update(
    tx: Tx,
    actor: Actor,
    id: number,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<{ id: number; version: number }>
  /** Adds to a record that is there already what the file brings besides; says how much it was. */
  complete?(tx: Tx, actor: Actor, id: number, finding: Finding): Promise<number>
  /** The permission to take back what an import made; absent: the one to delete. */
  readonly undoRight?: string
  /** Takes a created record back as if it had never been; says what keeps it, or null. */
  withdraw(tx: Tx, actor: Actor, id: number): Promise<string | null>
}
