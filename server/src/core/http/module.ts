import type { Store } from '../../db/store.ts'
import type { Router } from './bind.ts'
import type { Clock } from '../clock.ts'
import type { SignIns } from '../access/auth.ts'
import type { Streams } from './streams.ts'

export interface ExportLimits {
  /** More rows are made a file of in the background. */
  readonly streamedRows?: number
  /** With less left on the disk none is begun. */
  readonly leastFreeBytes?: number
}
/** What a module's routes may be built from; each takes only what it uses. */
export interface ModuleDeps {
  readonly store: Store
  readonly clock: Clock
  /** Company time zone (IANA). */
  readonly zone: string
  readonly signIns: SignIns
  readonly streams: Streams
  /** Whether this installation has a mail server. */
  readonly canMail: boolean
  /** Folder for uploads in work; content of documents lives below it too. */
  readonly filesDir: string
  /** Other ones than usual. */
  readonly exportLimits?: ExportLimits | undefined
}
/** One line of the server's table of contents. */
export interface Module {
  readonly name: string
  readonly routes: (router: Router, deps: ModuleDeps) => void
}
