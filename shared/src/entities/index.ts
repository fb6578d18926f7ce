import type { Entity } from '../kernel/entity.ts'
import { dictItem, tag } from './base.ts'
import { contact } from './contact.ts'
import { customer } from './customer.ts'
import { document } from './document.ts'
import { interaction } from './interaction.ts'
import { reminder } from './reminder.ts'
import { feedback } from './feedback.ts'
import { pool } from './pool.ts'
import { role, team, user } from './user.ts'

/** Every entity by name: references (`ref('user')`) and parents (`via`) are looked up here. */
export const entities = {
  customer,
  contact,
  user,
  team,
  role,
  tag,
  dictItem,
  pool,
  interaction,
  document,
  reminder,
  feedback,
} as const satisfies Record<string, Entity>
export type EntityName = keyof typeof entities
export const entityOf = (name: string): Entity => {
  const found = (entities as Record<string, Entity>)[name]
  if (!found) throw new Error(`no entity ${name}`)
  return found
}
