import pg from 'pg'

/**
 * Only `tx()` asks for read-write, so a read handle cannot write here either. A lost server process must not keep its
 * locks: idle transactions are ended.
 */
const SESSION = [
  'timezone=UTC',
  'default_transaction_read_only=on',
  'lock_timeout=5000',
  'idle_in_transaction_session_timeout=60000',
]
const INT8 = 20
const NUMERIC = 1700
const BOOL = 16

/** A pool whose sessions and values behave like SQLite's: UTC, whole numbers as numbers, truth as 0/1. */
export function openPool(url: string, { max = 10, settings = SESSION } = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withSettings(url, settings),
    max,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the server.
  pool.on('error', () => {})
  return pool
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return exactNumber
  if (oid === BOOL) return (text) => (text === 't' ? 1 : 0)
  return pg.types.getTypeParser(oid, format as 'text')
}

/** Throws for whole numbers beyond 2^53: better no answer than a rounded sum of money. */
export function exactNumber(text: string): number {
  const number = Number(text)
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) throw new RangeError(`${text} is beyond 2^53`)
  return number
}

/** Adds session settings to those that the address itself may carry in `options`. */
function withSettings(url: string, settings: readonly string[]): string {
  const [address = '', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  const ours = settings.map((setting) => `-c ${setting}`).join(' ')
  parameters.set('options', [parameters.get('options'), ours].filter(Boolean).join(' '))
  return `${address}?${parameters}`
}
