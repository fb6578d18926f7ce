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
export { blocks, findDuplicates } from './duplicates.ts'
export { eraseCustomer, purgeRecycled } from './erase.ts'
export { noteFollowUp } from './followed.ts'
export { historyOf } from './history.ts'
export { reveal } from './reveal.ts'
export { searchAll, searching } from './search.ts'
export { removeTag, tags } from './tags.ts'
export { withdrawContact, withdrawCustomer } from './withdraw.ts'
