import { auditExport } from './system/audit/exportFile.ts'
import { documentLists, type ExportLists, plainLists } from './system/exports/service.ts'
import { followUpsExport } from './work/interactions/service.ts'

/** Every list that leaves the house as a file. */
export const exportLists = (zone: string): ExportLists => ({
  ...plainLists(zone),
  ...documentLists,
  interactions: followUpsExport,
  audit: auditExport,
})
