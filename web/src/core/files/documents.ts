import { documents, type DocumentRow } from '@crm/shared/contract/documents'
import { urlOf } from '../server/client'

export type { DocumentRow }

/** Where the content is; `download` asks the browser to save it. */
export const contentUrl = ({ id }: Pick<DocumentRow, 'id'>, download = false): string =>
  urlOf(documents.content, { params: { id }, ...(download && { query: { download: true } }) })

const BYTES_PER_KB = 1024
/** '860 B', '12 KB', '3.4 MB'. */
export function sizeText(bytes: number): string {
  if (bytes < BYTES_PER_KB) return `${bytes} B`
  const kb = bytes / BYTES_PER_KB
  if (kb < BYTES_PER_KB) return `${Math.round(kb)} KB`
  return `${(kb / BYTES_PER_KB).toFixed(1)} MB`
}

export const isImage = ({ mediaType }: Pick<DocumentRow, 'mediaType'>): boolean => mediaType.startsWith('image/')
/** What the server lets a page show; everything else can only be saved. */
export const canPreview = (row: Pick<DocumentRow, 'mediaType'>): boolean =>
  isImage(row) || row.mediaType === 'application/pdf' || row.mediaType.startsWith('text/plain')

const endingOf = (name: string) => /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
/** Short word on the sheet before a name: PDF, DOCX, 文件. */
export const kindText = (name: string): string => endingOf(name).slice(0, 4).toUpperCase() || '文件'

const RISKY = new Set(
  'exe msi bat cmd com scr pif ps1 vbs vbe js jse wsf wsh hta lnk jar apk dll reg html htm mht svg docm xlsm pptm dotm xltm'.split(
    ' ',
  ),
)
/** May hold a program: worth a second look before it is opened. */
export const isRisky = ({ name }: Pick<DocumentRow, 'name'>): boolean => RISKY.has(endingOf(name))
