/** What the list of all exports and the jobs may ask. */
export { documentLists } from './documents.ts'
export { jobsWaiting } from './jobRows.ts'
export { plainLists } from './lists.ts'
export { type ExportLists, type ExportWork, runExports, tidyExports } from './runJobs.ts'
