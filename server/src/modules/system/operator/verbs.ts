import type { ImportEntity, ImportMode } from '@crm/shared/contract/imports'
import { referencedContents } from '../../contracts/documents/service.ts'
import { backUp, checkAll, restoreBackup } from '../backup/service.ts'
import { importFile, type Mapping, type Progress } from '../imports/service.ts'
import { addUser, disableUser, init, listUsers, makeToken, setPassword } from './accounts.ts'
import { type Desk, operator, type Say } from './desk.ts'
import { diagnose } from './doctor.ts'
import { reset } from './reset.ts'

export interface ImportArgs {
  readonly entity: ImportEntity
  /** Absolute. */
  readonly file: string
  readonly fileName: string
  readonly mapping?: Mapping
  readonly mode: ImportMode
  readonly dryRun: boolean
}

/** The operator's verbs, the same inside the running server and in a command line that opened the folder itself. */
export const verbs = {
  init,
  'user add': addUser,
  'user passwd': setPassword,
  'user disable': disableUser,
  'user list': (desk: Desk, _args: object) => listUsers(desk),
  'token create': makeToken,
  import(desk: Desk, args: ImportArgs, say: Say) {
    const { followers, place, store } = desk
    return importFile({ store, clock: place.clock, followers }, operator(desk), args, (progress) =>
      say(inWords(progress)),
    )
  },
  backup: ({ place, store }: Desk, { to }: { readonly to?: string }, say: Say) => backUp(place, { to, store }, say),
  restore: ({ place, store, maintain }: Desk, { file }: { readonly file: string }, say: Say) =>
    restoreBackup(place, file, { store, maintain }, say),
  async check({ place, store }: Desk, _args: object, say: Say) {
    const problems = await checkAll(store, { ...place, referenced: await referencedContents(store.read) }, say)
    return { ok: problems.length === 0, problems }
  },
  reset,
  doctor: (desk: Desk, _args: object) => diagnose(desk),
  /** Whoever could open the database has brought it up to date already. */
  migrate: async (_desk: Desk, _args: object) => ({ applied: [] as readonly string[] }),
} as const

export type VerbName = keyof typeof verbs
export type ArgsOf<N extends VerbName> = Parameters<(typeof verbs)[N]>[1]
export type ResultOf<N extends VerbName> = Awaited<ReturnType<(typeof verbs)[N]>>

export const isVerb = (name: string): name is VerbName => Object.hasOwn(verbs, name)

/** Runs a verb whose arguments came over a wire from our own command line. */
export const perform = (desk: Desk, name: VerbName, args: unknown, say: Say): Promise<unknown> =>
  (verbs[name] as (desk: Desk, args: unknown, say: Say) => Promise<unknown>)(desk, args, say)

const PHASES = { reading: '读取', checking: '检查', running: '导入' } as const
const inWords = ({ phase, done, total }: Progress): string =>
  `${PHASES[phase]} ${done}${total > 0 ? ` / ${total}` : ''} 行`
