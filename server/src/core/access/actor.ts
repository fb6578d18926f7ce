import type { Day } from '@crm/shared/days'
import { permissionNames, type Reach, widest } from '@crm/shared/permissions'

/** What a person may do and whose rows count as theirs; read from the database, never from a token. */
export interface Rights {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly teamId: number | null
  readonly grants: ReadonlyMap<string, Reach>
  /** User ids, oneself included. */
  readonly people: { readonly team: readonly number[]; readonly subtree: readonly number[] }
}

/** A symbol goes along where an actor is copied with other rights, and stays behind where it is sent to another thread. */
export const NOW: unique symbol = Symbol('now')
/** Who acts, when and from where. One instant for all that a request does. */
export interface Actor extends Rights {
  readonly at: string
  readonly [NOW]?: () => string
  readonly today: Day
  readonly via: 'web' | 'token' | 'cli' | 'import' | 'job'
  /** One of many rows: people are told of all of them together, by whoever goes through them. */
  readonly inBulk?: true
  readonly address: string | null
}

/** For what must say when it was written down, however long it waited for its turn. */
export const nowOf = (actor: Actor): string => actor[NOW]?.() ?? actor.at

export const can = (actor: Rights, permission: string): boolean => actor.grants.has(permission)
export const widestReach = (rights: Rights): Reach =>
  [...rights.grants.values()].reduce<Reach>((a, b) => widest(a, b), 'own')

/** The product itself, or the operator at the machine's command line: every right, but named in the audit log as what it is. */
export const systemActor = (at: string, today: Day, via: 'cli' | 'job', name: string): Actor => ({
  id: 0,
  username: via,
  name,
  teamId: null,
  grants: new Map(permissionNames.map((permission) => [permission, 'all' as const])),
  people: { team: [], subtree: [] },
  at,
  today,
  via,
  address: null,
})
