import type { TimelineEntry, TimelineKind } from '@crm/shared/contract/timeline'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Entity } from '@crm/shared/kernel/entity'
import { type Expression, sql, type SqlBool } from 'kysely'
import type { Actor } from '../../core/access/actor.ts'
import { visible } from '../../core/access/scope.ts'
import { type Bound, olderThan, type TimelineSource } from '../../core/rows/timeline.ts'
import type { Read } from '../../db/store.ts'
import { changesIn, type Words, wordsFor } from './historyWords.ts'

/** A record's log is short; one that is not is read in steps until the page is full. */
const STEP_ROWS = 200

interface Line {
  readonly id: number
  readonly at: string
  readonly actorName: string
  readonly action: string
  readonly recordId: number
  readonly before: string | null
  readonly after: string | null
  readonly note: string | null
}
type Told = Omit<TimelineEntry, 'key' | 'id' | 'at' | 'actorName'>

const CUSTOMER_WORDS: Readonly<Record<string, string>> = {
  create: '新建客户',
  update: '修改资料',
  remove: '删除客户',
  restore: '从回收站恢复',
  collaborators: '调整协作人',
  sharingAsked: '申请协作',
  sharingRefused: '拒绝协作申请',
  'duplicate.override': '查重提示后仍然保存',
  import: '导入',
  merge: '合并客户',
  mergedAway: '并入另一家客户',
  'merge.undo': '撤销合并',
  handover: '离职交接',
  'handover.undo': '撤销离职交接',
  lock: '锁定,不回收',
  unlock: '解除锁定',
  extend: '延期',
}
const CONTACT_WORDS: Readonly<Record<string, string>> = {
  create: '新建联系人',
  update: '修改联系人',
  remove: '删除联系人',
  restore: '恢复联系人',
}
/** Told by the module that did it, with its reasons. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['claim', 'release', 'recycle', 'pool', 'assign'])
const OWNING: ReadonlySet<string> = new Set([
  'create',
  'remove',
  'restore',
  'merge',
  'mergedAway',
  'merge.undo',
  'handover',
])
const { ownerId } = customer.fields

function ofCustomer({ action, after, before, note }: Line, said: Words): Told | null {
  if (TOLD_ELSEWHERE.has(action)) return null
  if (action === 'reveal') {
    const field = (customer.fields as Entity['fields'])[note ?? '']
    return { kind: 'look', title: `查看了完整的${field?.label ?? '号码'}` }
  }
  if (action === 'print') return { kind: 'change', title: `打印${note ?? ''}` }
  const changes = changesIn(customer, before, after, said)
  if (action === 'create')
    return { kind: 'owner', title: '新建客户', filled: changes.map((one) => ({ label: one.label, value: one.after })) }
  const isHandedOver = action === 'update' && changes.length === 1 && changes[0]!.label === ownerId.label
  const told = [...changes, ...(note ? [{ label: '说明', before: '—', after: note }] : [])]
  return {
    kind: isHandedOver || OWNING.has(action) ? 'owner' : 'change',
    title: isHandedOver ? '转移负责人' : (CUSTOMER_WORDS[action] ?? '其他操作'),
    changes: told,
  }
}

function ofContact({ action, after, before, note }: Line, said: Words): Told | null {
  const { name } = JSON.parse(after ?? before ?? '{}') as { name?: string }
  if (action === 'reveal') {
    const field = (contact.fields as Entity['fields'])[note ?? '']
    return { kind: 'look', title: `查看了联系人完整的${field?.label ?? '号码'}` }
  }
  const title = `${CONTACT_WORDS[action] ?? '联系人:其他操作'}${name ? ` ${name}` : ''}`
  const changes = changesIn(contact, before, after, said).filter(
    ({ label }) => label !== contact.fields.customerId.label,
  )
  return action === 'create'
    ? { kind: 'contact', title, filled: changes.map((one) => ({ label: one.label, value: one.after })) }
    : { kind: 'contact', title, changes }
}

/** Entries of the audit log of these records, newest first, as far as they are wanted. */
async function logged(
  read: Read,
  records: Expression<SqlBool>,
  { before, size, wants }: { before: Bound; size: number; wants: (kind: TimelineKind) => boolean },
  tell: (line: Line) => Told | null,
): Promise<TimelineEntry[]> {
  const found: TimelineEntry[] = []
  for (let from = before; ;) {
    const { rows } =
      await sql<Line>`select id, at, ${sql.ref('actorName')}, action, ${sql.ref('recordId')}, ${sql.ref('before')}, ${sql.ref('after')}, note
      from ${sql.table('auditLog')} where ${records} and ${olderThan('auditLog.at', 'auditLog.id', from)}
      order by at desc, id desc limit ${sql.lit(STEP_ROWS)}`.execute(read as never)
    for (const line of rows) {
      const told = tell(line)
      if (told && wants(told.kind))
        found.push({ key: `log-${line.id}`, id: line.id, at: line.at, actorName: line.actorName, ...told })
    }
    const last = rows.at(-1)
    if (!last || rows.length < STEP_ROWS || found.length >= size) return found.slice(0, size)
    from = last
  }
}

/** Who had the customer, and what was changed about it. */
export const customerLog: TimelineSource = {
  name: 'customer',
  kinds: ['owner', 'change', 'look'],
  permission: 'customer.read',
  async entries(read, actor, customerId, ask) {
    const said = await wordsFor(read, actor, customerId)
    const records = sql<SqlBool>`entity = 'customer' and ${sql.ref('recordId')} = ${customerId}`
    return logged(read, records, ask, (line) => ofCustomer(line, said))
  },
}

/** People of the customer coming, changing, leaving. */
export const contactLog: TimelineSource = {
  name: 'contact',
  kinds: ['contact', 'look'],
  permission: 'contact.read',
  async entries(read, actor, customerId, ask) {
    const ids = await contactIds(read, actor, customerId)
    if (ids.length === 0) return []
    const said = await wordsFor(read, actor, customerId)
    const records = sql<SqlBool>`entity = 'contact' and ${sql.ref('recordId')} in (${sql.join(ids)})`
    return logged(read, records, ask, (line) => ofContact(line, said))
  },
}

/** Those in the recycle bin too: their leaving is part of the story. */
async function contactIds(read: Read, actor: Actor, customerId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from ${sql.table(contact.table)}
    where ${sql.ref('contacts.customerId')} = ${customerId} and ${visible(actor, contact, 'contact.read')}
    order by id desc limit 500`.execute(read as never)
  return rows.map(({ id }) => id)
}
