import type { Writable } from 'node:stream'
import type { Read } from '../../../db/store.ts'
import { type BatchRow, headersOf, nextRows } from './batches.ts'
import { complaintsIn, told } from './complaints.ts'
import { ERROR_COLUMN, ERROR_REASON, isOurs } from './mapping.ts'
import { writeSheet } from '../../../core/exports/writeSheet.ts'

const PAGE_ROWS = 200
const REASON_WIDTH = 50

/** The failed rows as they came, plus what is wrong and where; mended, the file uploads as it is. */
export async function writeErrors(read: Read, batch: BatchRow, target: Writable): Promise<void> {
  const headers = headersOf(batch)
  const own = headers.flatMap((header, at) => (isOurs(header) ? [] : [at]))
  async function* rows() {
    for (let after = 0; ;) {
      const page = await nextRows(read, batch.id, after, PAGE_ROWS, ['failed'])
      if (page.length === 0) return
      after = page.at(-1)!.rowNumber
      for (const { cells, message } of page) {
        const complaints = complaintsIn(message)
        const columns = [...new Set(complaints.flatMap(({ column }) => column ?? []))]
        yield [...own.map((at) => cells[at] ?? ''), columns.join('、'), told(complaints) ?? '']
      }
    }
  }
  const columns = own.map((at) => ({ header: headers[at]!, kind: 'text' as const }))
  const ours = [
    { header: ERROR_COLUMN, kind: 'text' as const },
    { header: ERROR_REASON, kind: 'text' as const, width: REASON_WIDTH },
  ]
  await writeSheet(target, { sheetName: '未导入的行', columns: [...columns, ...ours], rows: rows() })
}
