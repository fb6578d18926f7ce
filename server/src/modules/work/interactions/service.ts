/** What other modules may ask of follow-ups. */
export { commentOn, listComments } from './comments.ts'
export { followUpsExport } from './exportFile.ts'
export {
  createInteraction,
  interactions,
  removeInteraction,
  restoreInteraction,
  updateInteraction,
} from './interactions.ts'
export { peopleOf } from './people.ts'
export { listInteractions } from './saying.ts'
export { followUpsOfCustomer, remindersOfCustomer } from './timeline.ts'
