import { at } from './paths.mjs'

/**
 * How Node is started for the server. V8 would take 64 MB for young objects while starting and keep them: this is half of it. With less
 * (8) a new customer costs half as much time again. It can only be said on the command line.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=16']

/**
 * Later starts read compiled code instead of TypeScript (0.6 s and 23 MB less). Not in the machine's temporary folder: whoever could write
 * there would have us run their code.
 */
export const PROGRAM_ENV = { NODE_COMPILE_CACHE: at('node_modules/.cache/compiled') }
