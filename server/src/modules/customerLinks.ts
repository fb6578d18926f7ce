import type { RecordLink } from '../core/rows/recordLinks.ts'

/**
 * Every column that points at a customer: 合并 carries what hangs on one record over to the other. tests/api/merge.test.ts
 * compares this with the foreign keys of the real schema, so that a new table cannot be forgotten.
 */
export const customerLinks: readonly RecordLink[] = [
  { table: 'contacts', column: 'customerId' },
  { table: 'customerTags', column: 'customerId', key: ['tagId'] },
  {
    table: 'collaborators',
    column: 'recordId',
    of: { column: 'entity', value: 'customer' },
    key: ['entity', 'userId'],
  },
  { table: 'notifications', column: 'customerId' },
  { table: 'interactions', column: 'customerId' },
  { table: 'reminders', column: 'customerId' },
  { table: 'feedback', column: 'customerId' },
  { table: 'documents', column: 'customerId' },
  { table: 'documents', column: 'subjectId', of: { column: 'subjectType', value: 'customer' } },
  ...[
    'productPrices',
    'priceMoves',
    'productUses',
    'quotes',
    'contracts',
    'orders',
    'deliveries',
    'receivables',
    'receipts',
    'invoices',
    'expenses',
  ].map((table): RecordLink => ({ table, column: 'customerId' })),
  { table: 'creditGroupMembers', column: 'customerId', key: [] },
  { table: 'approvals', column: 'customerId' },
  { table: 'customers', column: 'mergedIntoId' },
  { table: 'poolMoves', column: 'customerId', stays: 'who held that record' },
  { table: 'poolClaims', column: 'customerId', stays: 'counts as a claim of that day' },
  { table: 'poolExtensions', column: 'customerId', stays: 'of the stay of that record with its owner' },
  { table: 'sharingRequests', column: 'customerId', stays: 'asked about that record, of who owned it' },
  {
    table: 'phoneNumbers',
    column: 'customerId',
    stays: 'derived: follows its contact, or is the number of the customer itself',
  },
  { table: 'customerMerges', column: 'survivorId', stays: 'what happened' },
  { table: 'customerMerges', column: 'loserId', stays: 'what happened' },
  { table: 'duplicateMembers', column: 'customerId', stays: 'what was found' },
  { table: 'inactivityTold', column: 'customerId', stays: 'who was told of that record' },
]
