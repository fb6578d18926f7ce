/** What other modules may ask of contracts. */
export { contractSubjects, proposeChange } from './changes.ts'
export { contracts, createContract, findContract, listContracts, removeContract, updateContract } from './contracts.ts'
export { importContract, withdrawImported } from './importing.ts'
export { contractBlocks } from './home.ts'
export { archiveContract, completeContract, signContract, submitContract, voidContract } from './moves.ts'
export { contractsToRemind, remindOfContracts } from './reminding.ts'
export { contractTemplates } from './text.ts'
export { contractsOfCustomer } from './timeline.ts'
