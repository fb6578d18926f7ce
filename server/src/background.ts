import type { Config } from './config.ts'
import { freeLeases, type Running, startJobs } from './core/jobs/jobs.ts'
import { mailDelivery } from './core/jobs/mail.ts'
import { startOutbox } from './core/jobs/outbox.ts'
import { clearUploads } from './core/http/uploads.ts'
import type { Store } from './db/store.ts'
import { fileJobs, jobs, mailJobs } from './jobs/index.ts'
import type { Place } from './modules/system/backup/service.ts'
import { uploadsDir } from './modules/contracts/documents/service.ts'
import { freeImports } from './modules/system/imports/service.ts'
import { openCounter } from './modules/system/operator/service.ts'
import { tradeFollowers } from './modules/tradeFollowers.ts'

interface Deps {
  readonly store: Store
  readonly place: Place
  readonly config: Pick<Config, 'smtpUrl'>
  readonly maintain: (reason: string | null) => void
  readonly warn: (message: string, error: unknown) => void
}

/** The folder is held, so whoever had a lease in its database or an upload under way is dead. What cannot be freed ends by itself. */
export async function freeWhatTheDeadHeld(store: Store, filesDir: string): Promise<void> {
  if (store.engine !== 'sqlite') return
  await freeLeases(store)
    .then(() => freeImports(store))
    .then(() => clearUploads(uploadsDir(filesDir)))
    .catch(() => {})
}

/** What goes on beside the requests: the operator's counter, the jobs, the outbox. */
export async function startBackground({ store, place, config, maintain, warn }: Deps): Promise<Running[]> {
  const counter =
    store.engine === 'sqlite' ? [await openCounter({ store, place, followers: tradeFollowers, maintain })] : []
  const { smtpUrl } = config
  const work = [...jobs, ...fileJobs(place.filesDir, place.zone), ...(smtpUrl ? mailJobs : [])]
  const delivery = smtpUrl ? mailDelivery(store.read, smtpUrl) : {}
  return [...counter, startJobs(store, place.clock, work, warn), startOutbox(store, place.clock, delivery, warn)]
}
