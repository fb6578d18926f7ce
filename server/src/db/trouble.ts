/** A unique index was hit. `columns` as declared; `table` and `index` where the engine tells them. */
export interface UniqueViolation {
  table?: string
  columns: string[]
  index?: string
}

interface DriverError {
  code?: string
  message?: string
  table?: string
  constraint?: string
  detail?: string
}

/** What a unique violation was about, or false for any other error. Looks through errors that wrap it. */
export function isUniqueViolation(error: unknown): false | UniqueViolation {
  const { code, message = '', table, constraint, detail = '' } = innermost(error)
  if (code === '23505') {
    // "Key (a, "bC")=(1, 2) already exists." in any language of the server.
    const columns =
      /\((.*?)\)=\(/
        .exec(detail)?.[1]
        ?.split(', ')
        .map((name) => name.replaceAll('"', '')) ?? []
    return { columns, ...(table && { table }), ...(constraint && { index: constraint }) }
  }
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    const what = message.slice(message.indexOf(': ') + 2)
    const index = /^index '(.*)'$/.exec(what)?.[1]
    if (index) return { columns: [], index }
    const columns = what.split(', ').map((name) => name.split('.'))
    return { columns: columns.map((parts) => parts[1] ?? ''), ...(columns[0]?.[0] && { table: columns[0][0] }) }
  }
  return false
}

/** A row that is referred to is missing, or a row that is still referred to was removed. */
export function isForeignKeyViolation(error: unknown): boolean {
  const { code } = innermost(error)
  return code === '23503' || code === '23001' || code === 'SQLITE_CONSTRAINT_FOREIGNKEY'
}

/** The disk (or the quota) is full: 507. */
export function isDiskFull(error: unknown): boolean {
  const { code } = innermost(error)
  // The log's index may be what no longer fits: SQLite has a code of its own for that.
  return code === '53100' || code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC'
}

function innermost(error: unknown): DriverError {
  let found = error
  while (found instanceof Error && !(found as DriverError).code && found.cause instanceof Error) found = found.cause
  return (found ?? {}) as DriverError
}
