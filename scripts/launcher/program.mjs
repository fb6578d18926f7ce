import { at } from './paths.mjs'

/**
 * How Node is started for the server. V8 would take 64 MB for young objects while starting and keep them: this is a quarter of it. Twice as
 * much (16) holds 20 MB more and gained nothing: side by side on a busy machine a new customer took 6.1 ms of processor with 8, 6.4 with 16,
 * and collecting young objects 0.55 s against 0.71 s. It can only be said on the command line.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=8']

/**
 * Later starts read compiled code instead of TypeScript (0.6 s and 23 MB less). Not in the machine's temporary folder: whoever could write
 * there would have us run their code.
 */
export const PROGRAM_ENV = { NODE_COMPILE_CACHE: at('node_modules/.cache/compiled') }
