import type { BulkResult } from '@crm/shared/contract/bulk'

/** A text that a spreadsheet would take for a formula is given an apostrophe. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** Who was left out and why, for a spreadsheet: CSV in UTF-8 with its mark. */
export function skippedFile(skipped: BulkResult['skipped']): Blob {
  const lines = [['客户编号', '客户', '原因'], ...skipped.map(({ id, name, reason }) => [String(id), name, reason])]
  return new Blob(['\uFEFF', ...lines.map((line) => `${line.map(cell).join(',')}\r\n`)], { type: 'text/csv' })
}
