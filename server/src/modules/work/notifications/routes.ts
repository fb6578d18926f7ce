import { notifications as api } from '@crm/shared/contract/notifications'
import type { Router } from '../../../core/http/bind.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { feedOf } from './feed.ts'
import { listNotices, markRead } from './service.ts'
import { setSwitches, switchesOf } from './switches.ts'

export function notificationRoutes(
  routes: Router,
  { canMail, clock, store, streams }: Pick<ModuleDeps, 'canMail' | 'clock' | 'store' | 'streams'>,
): void {
  routes.read(api.list, (read, { actor, query }) => listNotices(read, actor, query))
  routes.open(api.read, ({ actor, body }) => markRead(store, clock, actor.id, body))
  routes.open(api.stream, ({ actor, query }, raw) =>
    streams.open(raw, actor, feedOf(store.read, actor.id, raw.request.headers['last-event-id'] ?? query.after)),
  )
  routes.read(api.switches, (read, { actor }) => switchesOf(read, actor.id, canMail))
  routes.write(api.setSwitches, (tx, { actor, body }) => setSwitches(tx, actor, body.items, canMail))
}
