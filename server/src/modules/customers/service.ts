/** What other modules may ask of customers and contacts. */
export { collaboratorsOf, setCollaborators } from './collaborators.ts'
export { contacts, createContact, removeContact, restoreContact, updateContact } from './contacts.ts'
export {
  createCustomer,
  customers,
  removeCustomer,
  restoreCustomer,
  transferCustomer,
  updateCustomer,
} from './customers.ts'
export { folded } from './derived.ts'
export { blocks, findDuplicates } from './duplicates.ts'
export { eraseCustomer, purgeRecycled } from './erase.ts'
export { ignoreGroup, listGroups } from './merge/groups.ts'
export { mergesOf } from './merge/list.ts'
export { mergeCustomers } from './merge/merge.ts'
export { changedSinceReport, latestReport, startReport } from './merge/report.ts'
export { undoMerge } from './merge/undo.ts'
export { keepNext, noteFollowUp, retrace } from './followed.ts'
export { hasReminders, moveRemindersOf } from './handOn.ts'
export { historyOf } from './history.ts'
export { askedBlocks } from './pools/asked.ts'
export { dueToPool } from './pools/leaving.ts'
export { recycle, recyclingWanted } from './pools/recycle.ts'
export { releaseAll } from './pools/release.ts'
export { standingOf } from './pools/standing.ts'
export { movesOfCustomer } from './pools/told.ts'
export { findByPhone } from './phoneLookup.ts'
export { initials } from './pinyin.ts'
export { reveal } from './reveal.ts'
export { searchAll, searching } from './search.ts'
export { foldForSearch, queryTokens, rowTokens } from './searchTokens.ts'
export { contactLog, customerLog } from './timeline.ts'
export { sharingBlocks } from './sharing/list.ts'
export { customerNumbers, leavingBlocks, silenceBlocks } from './home.ts'
export { listCustomers } from './list.ts'
export { named, ofOwners } from './ofCustomers.ts'
export { type Parties, partiesOf } from './parties.ts'
export { hasRules, readRuled, readRules, replaceRules, type Ruled } from './silence/rules.ts'
export { reportedTo, silentBefore, silentCustomers, silentSince } from './silence/silent.ts'
export { removeTag, tags } from './tags.ts'
export { withdrawContact, withdrawCustomer } from './withdraw.ts'
