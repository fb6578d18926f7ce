import { interactions as api } from '@crm/shared/contract/interactions'
import { call } from '../../core/client'

/** Reading text takes the mark away by which Excel knows UTF-8. */
const BOM = '\uFEFF'
const idsOf = (text: string | undefined) => (text ? text.split(',').map(Number) : null)

/** Saves what the list shows as a CSV file. */
export async function saveExport(
  span: { readonly followedAtFrom: string; readonly followedAtTo: string; readonly q: string | null },
  filters: Readonly<Record<string, string>>,
  day: string,
): Promise<void> {
  const text = await call(api.file, {
    body: {
      ...span,
      authorIds: idsOf(filters['authorId']),
      customerIds: idsOf(filters['customerId']),
      kinds: filters['kind']?.split(',') ?? null,
      results: filters['result']?.split(',') ?? null,
    },
  })
  const link = document.createElement('a')
  const url = URL.createObjectURL(new Blob([BOM, text.replace(/^\uFEFF/, '')], { type: 'text/csv;charset=utf-8' }))
  link.href = url
  link.download = `跟进记录-${day}.csv`
  link.click()
  URL.revokeObjectURL(url)
}
