import { noticeKinds, type NoticeKind } from '@crm/shared/notices'
import { instantAt, timeOf } from '@crm/shared/rules/zoned'
import type { Clock } from '../../../core/clock.ts'
import { putMail } from '../../../core/jobs/mail.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { untilCommit } from '../../../db/revision.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'

/** Before the first telephone call, in the company's zone. */
const AT = '08:30'
/** Listed; more are counted up to MOST_COUNTED. */
const MOST_LISTED = 50
const MOST_COUNTED = 1_000

/** Who wants mail, has an address and has not had today's. */
const waiting = (db: Read, today: string) =>
  db
    .selectFrom('users as u')
    .innerJoin('mailDigests as d', 'd.userId', 'u.id')
    .select(['u.id', 'u.name'])
    // Not only earlier days: a clock that ran ahead must not silence the mail until then.
    .where('d.day', '<>', today)
    .where('u.disabled', '=', 0)
    .where('u.deletedAt', 'is', null)
    .where('u.email', 'is not', null)
    .where((e) =>
      e.exists(
        e.selectFrom('noticeSwitches as s').select('s.kind').whereRef('s.userId', '=', 'u.id').where('s.mail', '=', 1),
      ),
    )

const someWaiting = untilCommit<boolean>()

/** From 08:30 on, once for each person and day. */
export async function digestsWanted(read: Read, clock: Clock): Promise<boolean> {
  const today = clock.today()
  if (clock.now() < instantAt(today, AT, clock.zone)) return false
  return someWaiting(read, today, async () => (await waiting(read, today).limit(1).executeTakeFirst()) !== undefined)
}

/** One mail a day for each person who wants it: what came since the last one and is unread. Nothing new, no mail. */
export async function writeDigests(
  { clock, store }: Pick<Job, 'clock' | 'store'>,
  signal?: AbortSignal,
): Promise<void> {
  const people = await waiting(store.read, clock.today()).execute()
  await inSlices(store, people, (tx, person) => digestOf({ clock, store }, tx, person), signal ? { signal } : {})
}
interface Job {
  readonly store: Store
  readonly clock: Clock
}

async function digestOf({ clock, store }: Job, tx: Tx, { id, name }: { id: number; name: string }): Promise<void> {
  const today = clock.today()
  const { day, lastId } = await tx
    .selectFrom('mailDigests')
    .select(['day', 'lastId'])
    .where('userId', '=', id)
    .executeTakeFirstOrThrow()
  // Another server was faster.
  if (day === today) return
  const rows = await tx
    .selectFrom('notifications as n')
    .innerJoin('noticeSwitches as s', (join) =>
      join.onRef('s.userId', '=', 'n.userId').onRef('s.kind', '=', 'n.kind').on('s.mail', '=', 1),
    )
    .select(['n.id', 'n.kind', 'n.title', 'n.body', 'n.createdAt'])
    .where('n.userId', '=', id)
    .where('n.id', '>', lastId)
    // Those read from the start are wanted by mail only.
    .where((e) => e.or([e('n.readAt', 'is', null), e('n.readAt', '=', e.ref('n.createdAt'))]))
    .orderBy('n.id')
    .limit(MOST_COUNTED)
    .execute()
  const last = rows.at(-1)?.id ?? lastId
  await tx.updateTable('mailDigests').set({ day: today, lastId: last }).where('userId', '=', id).execute()
  if (rows.length === 0) return
  const text = digestText(name, rows, clock.zone)
  const mail = {
    userId: id,
    subject: `客户管理系统:${rows.length} 条通知`,
    text,
    name: `notices-${id}-${today}-${last}`,
  }
  await putMail(store, tx, mail, clock.now())
}

interface Line {
  readonly kind: string
  readonly title: string
  readonly body: string | null
  readonly createdAt: string
}
function digestText(name: string, rows: readonly Line[], zone: string): string {
  const parts = Object.entries(noticeKinds).flatMap(([kind, label]) => {
    const own = rows.slice(0, MOST_LISTED).filter((row) => row.kind === (kind as NoticeKind))
    return own.length > 0 ? [`【${label}】`, ...own.map((row) => lineOf(row, zone)), ''] : []
  })
  const rest = rows.length > MOST_LISTED ? [`另有 ${rows.length - MOST_LISTED} 条,请登录查看。`, ''] : []
  const end = '每天一封。不想再收到,请在系统里打开“通知设置”,取消“邮件”。'
  return [`${name},这些通知还没有看:`, '', ...parts, ...rest, end, ''].join('\n')
}
const lineOf = ({ body, createdAt, title }: Line, zone: string) =>
  `· ${timeOf(createdAt, zone)} ${title}${body ? `(${body.replace(/\s+/g, ' ').slice(0, 100)})` : ''}`

/** Whoever begins to want mail gets what comes from now on, tomorrow for the first time. */
export async function beginDigests(tx: Tx, userId: number, today: string): Promise<void> {
  const newest = await tx
    .selectFrom('notifications')
    .select('id')
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const begun = { day: today, lastId: newest?.id ?? 0 }
  await tx
    .insertInto('mailDigests')
    .values({ userId, ...begun })
    .onConflict((on) => on.column('userId').doUpdateSet(begun))
    .execute()
}
