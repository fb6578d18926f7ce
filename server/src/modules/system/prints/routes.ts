import { printables, prints as api } from '@crm/shared/contract/prints'
import { entityOf } from '@crm/shared/entities/index'
import { can } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { Router } from '../../../core/http/bind.ts'
import { crud } from '../../../core/rows/crud.ts'
import { forbidden } from '../../../core/problem.ts'

export function printRoutes({ write }: Router): void {
  write(api.note, async (tx, { actor, body }) => {
    const { entity, label, permission } = printables[body.what]
    if (!can(actor, permission)) throw forbidden()
    const ids = [...new Set(body.ids)]
    for (const id of ids) await crud(entityOf(entity)).reach(tx, actor, id, permission)
    await audit(
      tx,
      actor,
      ids.map((recordId) => ({ entity, recordId, action: 'print', note: label })),
    )
    return null
  })
}
