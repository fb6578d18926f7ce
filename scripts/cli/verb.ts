import type { ParseArgsConfig } from 'node:util'
import type { Config } from '@crm/server/config'
import type { Say } from '@crm/server/modules/system/operator/service'

export type Values = Readonly<Record<string, string | boolean | undefined>>
export interface Call {
  readonly config: Config
  readonly values: Values
  readonly words: readonly string[]
  readonly say: Say
}
export interface Outcome {
  /** The object of `--json`. */
  readonly json: object
  /** What a person reads. */
  readonly text: string
  /** False: exit code 4. */
  readonly ok?: boolean
}
/** One verb as the operator types it. */
export interface CliVerb {
  /** `user add`, `restore`. */
  readonly name: string
  readonly summary: string
  /** After the name: `FILE --yes`. */
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** What each option means, in the order of the help. */
  readonly explains: Readonly<Record<string, string>>
  readonly examples: readonly string[]
  /** How many words after the name: least and most. */
  readonly words: readonly [number, number]
  /** Set for what destroys: the question to be answered with yes. */
  readonly confirm?: (call: Call) => string
  readonly run: (call: Call) => Promise<Outcome>
}

export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const
