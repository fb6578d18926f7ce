import { type ReminderSubject, reminderSubjects } from '@crm/shared/entities/reminder'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { loadRights } from '../../org/service.ts'
import { customersSeen, customerOf, subjectsSeen } from './sight.ts'

/** By whom, and about what. */
export interface Aim {
  readonly assigneeId: number
  readonly customerId: number | null
  readonly contactId: number | null
  readonly subjectType: ReminderSubject | null
  readonly subjectId: number | null
}
export const AIMED = ['assigneeId', 'customerId', 'contactId', 'subjectType', 'subjectId'] as const

const unseen = (field: keyof Aim, label: string) => {
  const message = `${label}不存在或无权查看`
  return problem('not_found', message, { errors: [{ field, message }] })
}

/** Both halves of what it is about, or neither. */
function subjectOf({ subjectId, subjectType }: Aim) {
  if (subjectType === null && subjectId === null) return null
  if (subjectType === null) throw invalidField('subjectType', '请说明属于哪一类记录')
  if (subjectId === null) throw invalidField('subjectId', '请说明属于哪一条记录')
  return { type: subjectType, id: subjectId }
}

/** A record or a contact brings its customer along; another customer's is refused. A record of no customer has none. */
async function withCustomer(tx: Tx, actor: Actor, aim: Aim): Promise<Aim> {
  const subject = subjectOf(aim)
  let { customerId } = aim
  if (subject) {
    if (!(await subjectsSeen(tx, actor, subject.type, [subject.id])).has(subject.id))
      throw unseen('subjectId', reminderSubjects[subject.type])
    const own = await customerOf(tx, subject.type, subject.id)
    if (customerId !== null && customerId !== own)
      throw invalidField('customerId', `${reminderSubjects[subject.type]}不属于这个客户`)
    customerId = own
  }
  if (aim.contactId === null) return { ...aim, customerId }
  const found = await tx
    .selectFrom('contacts') // unscoped: its customer is checked next
    .select('customerId')
    .where('id', '=', aim.contactId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!found) throw unseen('contactId', '联系人')
  if (customerId !== found.customerId && (customerId !== null || subject))
    throw invalidField('contactId', '联系人不属于这个客户')
  return { ...aim, customerId: found.customerId }
}

/** What it is about must be seen by its writer, and so by whoever is to do it: a reminder opens no door. */
export async function aimAt(tx: Tx, actor: Actor, asked: Aim, before: Aim | null = null): Promise<Aim> {
  const { subjectId: id, subjectType: type } = asked
  // Deleted or out of sight since: that is no reason why somebody else could not do it.
  if (before && type !== null && id !== null && type === before.subjectType && id === before.subjectId)
    if (!(await subjectsSeen(tx, actor, type, [id])).has(id))
      return {
        ...(await aimAt(tx, actor, { ...asked, subjectType: null, subjectId: null })),
        subjectType: type,
        subjectId: id,
      }
  const aim = await withCustomer(tx, actor, asked)
  const { assigneeId, contactId, customerId, subjectId, subjectType } = aim
  const sees = async (who: Actor) => customerId === null || (await customersSeen(tx, who, [customerId])).has(customerId)
  // Whoever reads the record need not read all of its customer.
  if (subjectType === null && !(await sees(actor)))
    throw contactId === null ? unseen('customerId', '客户') : unseen('contactId', '联系人')
  if (assigneeId === actor.id) return aim
  const rights = await loadRights(tx as unknown as Read, assigneeId)
  if (!rights) throw invalidField('assigneeId', '这位同事不存在或已停用')
  const other = { ...actor, ...rights }
  if (subjectType === null ? !(await sees(other)) : !(await subjectsSeen(tx, other, subjectType, [subjectId!])).size) {
    const said = subjectType === null ? '个客户' : `条${reminderSubjects[subjectType]}`
    throw invalidField('assigneeId', `${rights.name}看不到这${said},不能交给他`)
  }
  return aim
}
