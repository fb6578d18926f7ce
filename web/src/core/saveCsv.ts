/** Reading text takes the mark away by which Excel knows UTF-8. */
const BOM = '\uFEFF'

/** Saves the text of an export as a file. */
export function saveCsv(text: string, name: string): void {
  const link = document.createElement('a')
  const url = URL.createObjectURL(new Blob([BOM, text.replace(/^\uFEFF/, '')], { type: 'text/csv;charset=utf-8' }))
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
