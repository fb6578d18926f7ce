const keysIn = (names: string): readonly string[] => names.trim().split(/\s+/)

/** The columns of a list's file by name. */
export interface FileColumns {
  /** All columns, in their order. */
  readonly all: readonly string[]
  /** Only where `fields=` names them: what is worked out for the reader, or repeats another column. */
  readonly asked?: readonly string[]
  /** Of each line of a document, behind `all`. */
  readonly line?: readonly string[]
}
const columns = (all: string, more: { readonly asked?: string; readonly line?: string } = {}): FileColumns => ({
  all: keysIn(all),
  ...(more.asked && { asked: keysIn(more.asked) }),
  ...(more.line && { line: keysIn(more.line) }),
})
const GOODS = 'productNumber name spec unit qtyMilli priceFen discountBp taxRateBp amountFen taxFen promisedOn'

/** What every exported list may put into its file; whatever column its page shows is among them (web/src/router/fileColumns.test.ts). */
export const exportColumns = {
  customers: columns(
    `number name shortName level status source industry regionCode address phone email website creditCode ownerId tagIds creditFen
      terms termsDays lastFollowUpAt nextReminderAt notes createdAt updatedAt`,
    { asked: 'primaryContact receivable overdue deals' },
  ),
  contacts: columns(
    `customerId name isPrimary decisionRole jobTitle department mobile mobile2 phone email wechat birthday birthdayCalendar notes
      createdAt updatedAt`,
  ),
  products: columns(
    'number name categoryId spec unit priceFen costFen taxRateBp active barcode notes createdAt updatedAt',
    { asked: 'margin' },
  ),
  contracts: columns(
    `number title type customerId contactId state revision amountFen signedOn startOn endOn terms termsDays ourSigner theirSigner
      ownerId teamId notes receivedFen createdAt updatedAt`,
  ),
  receivables: columns(
    `customerId orderId contractId label trigger amountFen receivedFen writtenOffFen plannedOn activeOn dueOn terms termsDays ownerId
      teamId notes openFen status overdueDays createdAt updatedAt`,
    { asked: 'source' },
  ),
  receipts: columns(
    `number customerId amountFen receivedOn method bankNumber payer state allocatedFen ownerId teamId notes prepaidFen createdAt
      updatedAt`,
  ),
  invoices: columns(
    `number invoiceNumber customerId orderId contractId kind state amountFen taxRateBp taxFen title creditCode issuedOn redOfId
      ownerId teamId reason notes createdAt updatedAt`,
    { asked: 'source' },
  ),
  expenses: columns(
    `number ownerId teamId type amountFen spentOn state customerId contractId orderId paidOn purpose notes createdAt updatedAt`,
  ),
  feedback: columns(
    `number customerId contactId type severity state words occurredOn handlerId result resolvedAt createdAt updatedAt`,
  ),
  interactions: columns('followedAt customerId contactId kind text result authorId'),
  quotes: columns(
    'number revision customerId contactId state quotedOn validUntil ownerId teamId amountFen discountFen taxFen terms notes',
    { asked: 'declineReason createdAt updatedAt', line: `${GOODS} notes` },
  ),
  orders: columns(
    `number customerId state orderedOn contactId contractId contractNumber ownerId teamId delivererId address amountFen discountFen
      taxFen terms notes`,
    { asked: 'promisedOn netFen createdAt updatedAt', line: `${GOODS} deliveredMilli returnedMilli notes` },
  ),
  deliveries: columns(
    `number orderId customerId kind state deliveredOn delivererId carrier trackingNumber address receiver notes`,
    { asked: 'createdAt updatedAt', line: 'productNumber name qtyMilli' },
  ),
  audit: columns('at actorName via address entity recordId title action changes note'),
} as const

/** Each name once: what `fields=` of this list may say. */
export const fileKeys = ({ all, asked = [], line = [] }: FileColumns): readonly string[] => [
  ...new Set([...all, ...asked, ...line]),
]
