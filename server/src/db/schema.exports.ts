import type { ExportState } from '@crm/shared/contract/exportJobs'
import type { Generated, Selectable } from 'kysely'

export type ExportJobRow = Selectable<ExportTables['exportJobs']>
/** Files on their way out that take longer than a request. */
export interface ExportTables {
  exportJobs: {
    id: Generated<number>
    userId: number
    /** Which list, as `exports` of the contract calls it. */
    list: string
    /** JSON: what was asked of it. */
    query: string
    fileName: string
    state: ExportState
    total: number | null
    rows: number
    bytes: number | null
    /** How often it was begun. */
    attempts: number
    /** Of the last beginning, and a part of the file's name in our folder. */
    runId: string | null
    /** JSON: what the reader might do when the file was made. */
    rights: string | null
    /** Permissions of the API token that asked, comma-separated; null = all of its user's. */
    limitedTo: string | null
    address: string | null
    problem: string | null
    createdAt: string
    updatedAt: string
    endedAt: string | null
    expiresAt: string | null
  }
}
