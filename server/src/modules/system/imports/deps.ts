import { randomUUID } from 'node:crypto'
import { type Actor, NOW, type Rights, systemActor } from '../../../core/access/actor.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Store } from '../../../db/store.ts'
import type { Followers } from '../../contracts/orders/service.ts'
import { loadRights } from '../../org/service.ts'
import { type BatchRow, OPERATOR } from './batches.ts'
import { mayImport } from './rights.ts'

export interface ImportDeps {
  readonly store: Store
  readonly clock: Clock
  /** Of the orders a file brings. */
  readonly followers: Followers
}
export interface Progress {
  readonly phase: 'reading' | 'checking' | 'running'
  readonly done: number
  /** 0 while it is not known. */
  readonly total: number
}
export type OnProgress = (progress: Progress) => void

/** This process (and within it, this piece of work) among all that share the database. */
export const newHolder = (): string => `${process.pid}-${randomUUID()}`

const within = (rights: Rights, limitedTo: string | null): Rights => {
  if (limitedTo === null) return rights
  const allowed = new Set(limitedTo.split(','))
  return { ...rights, grants: new Map([...rights.grants].filter(([permission]) => allowed.has(permission))) }
}

/**
 * Who writes the rows: the importer with the rights of this moment, no more than the API token allowed that started the run.
 * Null when the importer is disabled or may import no longer. Batches without a user are the operator's at the machine.
 */
export async function importerOf(
  { clock, store }: Pick<ImportDeps, 'store' | 'clock'>,
  { entity, limitedTo, userId }: Pick<BatchRow, 'entity' | 'userId' | 'limitedTo'>,
): Promise<Actor | null> {
  const [at, today] = [clock.now(), clock.today()]
  if (userId === null) return { ...systemActor(at, today, 'cli', OPERATOR), via: 'import', [NOW]: clock.now }
  const rights = await loadRights(store.read, userId)
  if (!rights || !mayImport(rights, entity)) return null
  return { ...within(rights, limitedTo), at, today, [NOW]: clock.now, via: 'import', address: null }
}
