import type { ImportEntity } from '@crm/shared/contract/imports'
import type { Generated } from 'kysely'

/** Files on their way in, row by row. */
export interface ImportTables {
  imports: {
    id: Generated<number>
    entity: ImportEntity
    mode: 'skip' | 'update' | 'create'
    state: 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'undone'
    fileName: string
    userId: number | null
    createdAt: string
    updatedAt: string
    headers: string
    mapping: string
    warnings: string
    problem: string | null
    total: number
    done: number
    created: number
    updated: number
    skipped: number
    duplicates: number
    failed: number
    leasedBy: string | null
    leasedUntil: string | null
    /** Permissions of the API token that started the run, comma-separated; null = all of its user's. */
    limitedTo: string | null
    /** JSON: documents and lines were on two sheets, which; null for one sheet. */
    layout: string | null
  }
  importRows: {
    id: Generated<number>
    importId: number
    rowNumber: number
    cells: string
    status: 'ready' | 'duplicate' | 'failed' | 'created' | 'updated' | 'skipped' | 'undone'
    message: string | null
    recordId: number | null
    /** The version this import left behind: undo touches nothing that changed since. */
    recordVersion: number | null
    /** Of documents and lines on two sheets: the row on each; null where there is none. */
    headRow: number | null
    lineRow: number | null
  }
}
