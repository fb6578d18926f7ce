/** What other modules may ask of quotes. */
export { acceptQuote, beforeQuoteMove, declineQuote, sendQuote } from './moves.ts'
export { createQuote, findQuote, listQuotes, quoteLines, quotes, updateQuote } from './quotes.ts'
export { quotesOfCustomer } from './timeline.ts'
export { copyQuote, liveContact, orderOf, removeQuote, restoreQuote, reviseQuote } from './versions.ts'
