/** What other modules may ask of documents. */
export { attachDocuments, documentsOf, eraseDocumentsOf, moveDocumentsOf } from './attach.ts'
export { contentPath, referencedContents, sweepContents, uploadsDir } from './contents.ts'
export {
  addDocument,
  findDocument,
  listDocuments,
  reachDocument,
  removeDocument,
  renameDocument,
  restoreDocument,
} from './documents.ts'
export { hashing, keepDocument, UPLOAD_FIELDS } from './intake.ts'
export { mayShow } from './mediaType.ts'
export { dropDrafts, hasDrafts, tidyDocuments } from './tidy.ts'
export { documentsOfCustomer } from './timeline.ts'
