import type { NoticeSwitch, NoticeSwitches } from '@crm/shared/contract/notifications'
import { noticeKinds, type NoticeKind } from '@crm/shared/notices'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { beginDigests } from './digest.ts'

const DEFAULTS = { site: true, desktop: false, mail: false } as const
const flag = (on: boolean): 0 | 1 => (on ? 1 : 0)

export async function switchesOf(db: Read | Tx, userId: number, canMail: boolean): Promise<NoticeSwitches> {
  const rows = await db.selectFrom('noticeSwitches').selectAll().where('userId', '=', userId).execute()
  const items = (Object.keys(noticeKinds) as NoticeKind[]).map((kind): NoticeSwitch => {
    const row = rows.find((one) => one.kind === kind)
    return row
      ? { kind, site: row.site === 1, desktop: row.desktop === 1, mail: row.mail === 1 }
      : { kind, ...DEFAULTS }
  })
  return { items, canMail }
}

/** Replaces all; a kind that is not named has its defaults again. */
export async function setSwitches(
  tx: Tx,
  { id: userId, today }: Pick<Actor, 'id' | 'today'>,
  items: readonly NoticeSwitch[],
  canMail: boolean,
): Promise<NoticeSwitches> {
  if (new Set(items.map(({ kind }) => kind)).size < items.length) throw invalidField('items', '同一种通知只能出现一次')
  const before = await switchesOf(tx, userId, canMail)
  if (items.some(({ mail }) => mail) && !before.items.some(({ mail }) => mail)) await beginDigests(tx, userId, today)
  await tx.deleteFrom('noticeSwitches').where('userId', '=', userId).execute()
  const rows = items.map(({ desktop, kind, mail, site }) => ({
    userId,
    kind,
    site: flag(site),
    desktop: flag(desktop),
    mail: flag(mail),
  }))
  if (rows.length > 0) await tx.insertInto('noticeSwitches').values(rows).execute()
  return switchesOf(tx, userId, canMail)
}
