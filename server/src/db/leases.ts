import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { assertBindable } from './bindable.ts'
import type { Guard } from './guard.ts'

export interface LeaseRules {
  guard: Guard
  /** What the guard calls this handle when it is used inside `tx`; absent for the handle that tx() itself uses. */
  refusedInTx?: string
  /** PostgreSQL binds arrays, SQLite does not. */
  arraysAllowed: boolean
}

/**
 * Wraps a driver so that both engines have the same manners: a handle is dead after its transaction, a failed statement
 * spoils its transaction (PostgreSQL does that by itself), values are checked before they are bound.
 */
export function leased(inner: Driver, rules: LeaseRules): Driver {
  const innerOf = (connection: DatabaseConnection) => (connection as Lease).inner
  return {
    init: (options) => inner.init(options),
    async acquireConnection(options) {
      if (rules.refusedInTx) rules.guard.refuseInside(rules.refusedInTx)
      return new Lease(await inner.acquireConnection(options), rules)
    },
    async beginTransaction(connection, settings) {
      await inner.beginTransaction(innerOf(connection), settings)
      ;(connection as Lease).inTransaction = true
    },
    async commitTransaction(connection) {
      const lease = connection as Lease
      // Dead before the commit: a query nobody awaited must not slip in behind it as a transaction of its own.
      lease.ended = true
      if (lease.spoiled !== undefined) {
        throw new Error('a failed statement was swallowed inside tx()', { cause: lease.spoiled })
      }
      await inner.commitTransaction(lease.inner)
    },
    async rollbackTransaction(connection) {
      ;(connection as Lease).ended = true
      await inner.rollbackTransaction(innerOf(connection))
    },
    async releaseConnection(connection, options) {
      ;(connection as Lease).ended = true
      await inner.releaseConnection(innerOf(connection), options)
    },
    destroy: (options) => inner.destroy(options),
  }
}

class Lease implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly #rules: LeaseRules
  inTransaction = false
  ended = false
  spoiled: unknown

  constructor(inner: DatabaseConnection, rules: LeaseRules) {
    this.inner = inner
    this.#rules = rules
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.ended) throw new Error('tx handle used after its transaction has ended')
    if (this.spoiled !== undefined) {
      throw new Error('a statement of this transaction has failed before', { cause: this.spoiled })
    }
    try {
      assertBindable(query.parameters, this.#rules.arraysAllowed)
      return await this.inner.executeQuery<R>(query)
    } catch (error) {
      if (this.inTransaction) {
        this.spoiled = error
        const run = this.#rules.guard.current()
        if (run) run.spoiled ??= error
      }
      throw error
    }
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('a stream holds the connection: read keyset pages through heavy()')
  }
}
