/** What routes, jobs and tests may ask of hand-overs. */
export {
  findHandover,
  listHandovers,
  openHandover,
  openUndo,
  previewHandover,
  rowsOfHandover,
  showHandover,
} from './handovers.ts'
export { handoversPending, stranded, workOff } from './run.ts'
