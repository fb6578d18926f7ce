import { type ImportEntity, importEntities, importRights } from '@crm/shared/contract/imports'
import { type Actor, can, type Rights } from '../../../core/access/actor.ts'
import { forbidden } from '../../../core/problem.ts'

const ENTITIES = Object.keys(importEntities) as ImportEntity[]

export const mayImport = (rights: Rights, entity: ImportEntity): boolean => can(rights, importRights[entity])
/** Whose batches the actor sees: those of entities where the right to import reaches everybody. */
export const seenOfAll = (actor: Actor): ImportEntity[] =>
  ENTITIES.filter((entity) => actor.grants.get(importRights[entity]) === 'all')

/** 403 for who may import nothing, or not this. */
export function checkMayImport(actor: Actor, entity?: ImportEntity): void {
  const may = entity === undefined ? ENTITIES.some((each) => mayImport(actor, each)) : mayImport(actor, entity)
  if (!may) throw forbidden()
}
