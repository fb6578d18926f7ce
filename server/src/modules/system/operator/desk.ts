import { type Actor, systemActor } from '../../../core/access/actor.ts'
import type { Store } from '../../../db/store.ts'
import type { Followers } from '../../contracts/orders/service.ts'
import type { Place } from '../backup/service.ts'

/** What the operator's verbs work on: the running server's own database, or one that the command line has opened. */
export interface Desk {
  readonly store: Store
  readonly place: Place
  /** Who is told of the orders an import brings. */
  readonly followers: Followers
  /** Text while nobody may write; null ends it. */
  readonly maintain: (reason: string | null) => void
}
/** Hears of progress, in words for the operator. */
export type Say = (line: string) => void

/** The person at the machine's command line: every right, and named as what it is in the log. */
export const operator = ({ place: { clock } }: Desk): Actor => systemActor(clock.now(), clock.today(), 'cli', '命令行')
