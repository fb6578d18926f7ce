/** What the server and the command line need of the operator's verbs. */
export { askServer, NobodyThereError } from './ask.ts'
export { openCounter } from './counter.ts'
export type { Desk, Say } from './desk.ts'
export type { Diagnosis } from './doctor.ts'
export { resets } from './reset.ts'
export { type ArgsOf, perform, type ResultOf, type VerbName, verbs } from './verbs.ts'
export { refusalOf } from './wire.ts'
