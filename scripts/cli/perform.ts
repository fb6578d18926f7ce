import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '@crm/server/config'
import { Refusal } from '@crm/server/core/refusal'
import { FolderInUseError } from '@crm/server/db/lock'
import { openStore } from '@crm/server/db/open'
import type { Store } from '@crm/server/db/store'
import { explained, type Hold, holdFolder, isDamaged, openData } from '@crm/server/folder'
import {
  type ArgsOf,
  askServer,
  NobodyThereError,
  perform as performAt,
  type ResultOf,
  type Say,
  type VerbName,
} from '@crm/server/modules/system/operator/service'
import { tradeFollowers } from '@crm/server/modules/tradeFollowers'

/** A server that is just starting has the lock but not yet its socket. */
const STARTING_MS = 8_000
const LOOK_MS = 200

/** Carries out a verb through the running server, or with the folder opened by ourselves when none runs. */
export async function perform<N extends VerbName>(
  config: Config,
  name: N,
  args: ArgsOf<N>,
  say: Say,
): Promise<ResultOf<N>> {
  const giveUpAt = performance.now() + STARTING_MS
  for (;;) {
    try {
      if (config.dbUrl === undefined) return await askServer(config.dataDir, name, args, say)
    } catch (error) {
      if (!(error instanceof NobodyThereError)) throw error
    }
    try {
      return await byOurselves(config, name, args, say)
    } catch (error) {
      if (!(error instanceof FolderInUseError) || performance.now() > giveUpAt) throw await told(error, config)
    }
    await sleep(LOOK_MS)
  }
}

async function byOurselves<N extends VerbName>(
  config: Config,
  name: N,
  args: ArgsOf<N>,
  say: Say,
): Promise<ResultOf<N>> {
  const mayBeNew = MAKES_DATABASE.has(name) || config.dbUrl !== undefined
  if (!mayBeNew && !existsSync(config.dataDir)) throw noDatabase(config)
  const hold = await holdFolder(config)
  let store: Store | null = null
  try {
    // Only now: an interrupted restore has just been finished.
    if (!mayBeNew && !existsSync(hold.place.target.file)) throw noDatabase(config)
    if (LEAVES_SCHEMA.has(name)) store = openAsItIs(hold, name)
    else {
      const opened = await openData(hold.place, say)
      store = opened.store
      if (name === 'migrate') return { applied: opened.applied } as ResultOf<N>
    }
    // Only a restore goes on without a database; its verb expects that.
    const desk = { store: store as Store, place: hold.place, followers: tradeFollowers, maintain: () => {} }
    return (await performAt(desk, name, args, say)) as ResultOf<N>
  } catch (error) {
    if (name === 'check' && isDamaged(error))
      return {
        ok: false,
        problems: [{ code: 'integrity', detail: (error as Error).message }],
      } as unknown as ResultOf<N>
    throw error
  } finally {
    await store?.close().catch((error: unknown) => say(`关闭数据库时出错:${(error as Error).message}`))
    hold.release()
  }
}

const MAKES_DATABASE = new Set<VerbName>(['init', 'migrate', 'restore'])
/** These look at what is there or replace it; bringing it up to date first would change it. */
const LEAVES_SCHEMA = new Set<VerbName>(['backup', 'check', 'doctor', 'restore'])

function openAsItIs({ place }: Hold, name: VerbName): Store | null {
  if (name === 'restore' && place.target.url === undefined && !existsSync(place.target.file)) return null
  try {
    return openStore(place.target)
  } catch (error) {
    if (name === 'restore' && isDamaged(error)) return null
    throw error
  }
}

const noDatabase = ({ dataDir }: Config) =>
  new Refusal(
    'precondition',
    `${dataDir} 里还没有数据库,请先运行 npm start,或 npm run crm -- init --admin 用户名 --password-stdin`,
  )

/** Failures before the verb itself, in one line. */
async function told(error: unknown, config: Config): Promise<unknown> {
  const { name = '', code = '' } = error as { name?: string; code?: string }
  if (['FolderInUseError', 'NewerDatabaseError'].includes(name))
    return new Refusal('precondition', (error as Error).message)
  if (['ProblemError', 'Refusal'].includes(name)) return error
  return code === '' && name !== 'MigrationError' ? error : new Refusal('failure', await explained(error, config))
}
