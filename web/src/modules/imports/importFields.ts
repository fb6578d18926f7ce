import { entityInFile } from '@crm/shared/contract/importFields'
import type { ImportBatch, ImportEntity } from '@crm/shared/contract/imports'
import { isRequired } from '@crm/shared/kernel/schema'

export interface ImportField {
  readonly key: string
  readonly label: string
  readonly isRequired: boolean
  /** Several columns may make up one value: 省, 市, 区. */
  readonly isShared: boolean
}
type Mapping = Readonly<Record<string, string>>

/** What a file may carry of this entity, in the order of its form. */
export const fieldsOf = (entity: ImportEntity): ImportField[] =>
  Object.entries(entityInFile(entity).fields)
    .filter(([, field]) => !('readonly' in field && field.readonly) && !('noImport' in field && field.noImport))
    .map(([key, field]) => ({
      key,
      label: field.label,
      isRequired: isRequired(field),
      isShared: field.kind === 'text' && 'format' in field && field.format === 'region',
    }))

/** Required fields that no column is given to. */
export const missingIn = (fields: readonly ImportField[], mapping: Mapping): ImportField[] => {
  const given = new Set(Object.values(mapping))
  return fields.filter((field) => field.isRequired && !given.has(field.key))
}

/** A column given to a field takes it from the column that had it. */
export function withColumn(
  fields: readonly ImportField[],
  mapping: Mapping,
  header: string,
  key: string,
): Record<string, string> {
  const isShared = fields.find((field) => field.key === key)?.isShared ?? false
  const kept = Object.entries(mapping).filter(([other, held]) => other !== header && (isShared || held !== key))
  return Object.fromEntries(key === '' ? kept : [...kept, [header, key]])
}
export const isSameMapping = (a: Mapping, b: Mapping): boolean => {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

/** Up to three different values of a column, so that a person recognises it. */
export function samplesOf({ headers, sample }: Pick<ImportBatch, 'headers' | 'sample'>, header: string): string[] {
  const at = headers.indexOf(header)
  return [...new Set(sample.map((cells) => cells[at] ?? '').filter(Boolean))].slice(0, 3)
}

/** Where the name of a row stands in its cells; -1 when no column is given to it. */
export const titleColumn = ({
  entity,
  headers,
  mapping,
}: Pick<ImportBatch, 'entity' | 'headers' | 'mapping'>): number =>
  headers.findIndex((header) => mapping[header] === entityInFile(entity).title)
