/** What the server reminds people of by itself. */
export { dunningWanted, remindOfDues } from './dunning.ts'
