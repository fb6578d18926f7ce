import type { ImportEntity, ImportMode } from '@crm/shared/contract/imports'
import { importEntities, importModes } from '@crm/shared/contract/imports'
import { invalidField } from '../../../core/problem.ts'
import type { Received } from '../../../core/http/uploads.ts'
import type { Intake, Mapping } from './service.ts'

export const UPLOAD_FIELDS = ['entity', 'mode', 'mapping'] as const

/** The fields of the upload form, as strict as a body. */
export function intakeOf({ fields, file, fileName }: Received): Intake {
  const entity = fields.get('entity')
  if (entity === undefined || !Object.hasOwn(importEntities, entity))
    throw invalidField('entity', `entity 只能是:${Object.keys(importEntities).join('、')}`)
  const mode = fields.get('mode') ?? 'skip'
  if (!Object.hasOwn(importModes, mode))
    throw invalidField('mode', `mode 只能是:${Object.keys(importModes).join('、')}`)
  const mapping = mappingIn(fields.get('mapping'))
  return { entity: entity as ImportEntity, mode: mode as ImportMode, file, fileName, ...(mapping && { mapping }) }
}

function mappingIn(text: string | undefined): Mapping | undefined {
  if (text === undefined || text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalidField('mapping', 'mapping 应为 JSON 对象')
  }
  const isMapping =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((name) => typeof name === 'string')
  if (!isMapping) throw invalidField('mapping', 'mapping 应为 JSON 对象:{ "表头": "字段" }')
  return value as Mapping
}
