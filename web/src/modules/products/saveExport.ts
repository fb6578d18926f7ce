import { products as api } from '@crm/shared/contract/products'
import { call } from '../../core/client'

/** Reading text takes the mark away by which Excel knows UTF-8. */
const BOM = '\uFEFF'

/** Saves what the list shows as a CSV file that imports again. */
export async function saveExport(
  { active, under }: Readonly<Record<string, string>>,
  q: string,
  fixed: Readonly<Record<string, unknown>>,
): Promise<void> {
  const sold = fixed['active'] ?? (active === undefined ? null : active === 'true')
  const ids = (under ?? '').split(',').filter((id) => /^\d+$/.test(id))
  const text = await call(api.file, {
    body: { q: q || null, categoryIds: ids.length > 0 ? ids.map(Number) : null, active: sold as boolean | null },
  })
  const link = document.createElement('a')
  const url = URL.createObjectURL(new Blob([BOM, text.replace(/^\uFEFF/, '')], { type: 'text/csv;charset=utf-8' }))
  link.href = url
  link.download = '产品.csv'
  link.click()
  URL.revokeObjectURL(url)
}
