import { tag } from '@crm/shared/entities/base'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import type { Tx } from '../../db/store.ts'

export const tags = crud(tag, 'tag.manage')

/** A removed tag leaves the customers it was on. */
export async function removeTag(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await tags.remove(tx, actor, id, version)
  await tx.deleteFrom('customerTags').where('tagId', '=', id).execute()
  return null
}
