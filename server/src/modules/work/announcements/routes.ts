import { announcements as api } from '@crm/shared/contract/announcements'
import type { Router } from '../../../core/http/bind.ts'
import { announcements, edit, markRead, publish, shownTo } from './announcements.ts'

export function announcementRoutes({ read, write }: Router): void {
  read(api.mine, (db, { actor }) => shownTo(db, actor))
  write(api.read, (tx, { actor, body }) => markRead(tx, actor, body.ids))
  read(api.list, (db, { actor, query, heavy }) => announcements.list(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => announcements.find(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => publish(tx, actor, body))
  write(api.update, (tx, { actor, params, body }) => edit(tx, actor, params.id, body))
  write(api.remove, async (tx, { actor, params, query }) => {
    await announcements.remove(tx, actor, params.id, query.version)
    return null
  })
  write(api.restore, (tx, { actor, params }) => announcements.restore(tx, actor, params.id))
}
