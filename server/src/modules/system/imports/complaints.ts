/** What is wrong with a row, or what happened to it; `column` is a header of the file where one is to blame. */
export interface Complaint {
  readonly column: string | null
  readonly message: string
  /** Of a document: the row of the file that is to blame. */
  readonly rowId?: number
  /** The field that is to blame, where only its column's heading is to be looked up. */
  readonly field?: string
}
export const complain = (message: string, column: string | null = null, rowId?: number): Complaint => ({
  column,
  message,
  ...(rowId !== undefined && { rowId }),
})

/** As the table keeps it. */
export const stored = (complaints: readonly Complaint[]): string | null =>
  complaints.length === 0 ? null : JSON.stringify(complaints.map(({ column, message }) => [column, message]))
export const complaintsIn = (text: string | null): Complaint[] =>
  text === null ? [] : (JSON.parse(text) as [string | null, string][]).map(([column, message]) => ({ column, message }))

/** One line that names each column once. */
export const told = (complaints: readonly Complaint[]): string | null =>
  complaints.length === 0
    ? null
    : complaints
        .map(({ column, message }) => (column && !message.includes(column) ? `${column}:${message}` : message))
        .join(';')
