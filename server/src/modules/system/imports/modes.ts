import { importEntities, type ImportEntity, importModes, type ImportMode, modesOf } from '@crm/shared/contract/imports'
import { invalidField } from '../../../core/problem.ts'

/** 400 where a file may do no more than add. */
export function checkMode(entity: ImportEntity, mode: ImportMode): void {
  if (!modesOf(entity).includes(mode))
    throw invalidField('mode', `${importEntities[entity]}已有的不会改动,只能${importModes.skip}`)
}
