import { systemActor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import {
  createContact,
  createCustomer,
  removeContact,
  releaseAll,
  removeCustomer,
} from '@crm/server/modules/customers/service'
import { createToken, createUser } from '@crm/server/modules/org/service'
import { createInteraction, removeInteraction } from '@crm/server/modules/work/interactions/service'
import { createFeedback, feedback as feedbackRows, moveFeedback } from '@crm/server/modules/service/feedback/service'
import { completeReminder, createReminder, removeReminder } from '@crm/server/modules/work/reminders/service'
import { approvalOf } from './approvals.ts'
import type { TestApp } from './app.ts'
import type { Client } from './client.ts'
import { uploadOf } from './documents.ts'
import { tradeKinds } from './trade/index.ts'
import { groupOf, handoverOf, mergeOf, withOther } from './mergeSubjects.ts'
import type { Persona, Relation, Subject } from './policy.ts'
import type { Row } from './row.ts'

export type { Row } from './row.ts'

const ABSENT: Row = { id: 999_999_999, version: 1 }
const MOBILE = '13800138000'

export interface Subjects {
  readonly idOf: (persona: Persona) => number
  readonly as: (persona: Persona) => Client
  /** A row that is `relation` to the persona; a new one each time. */
  readonly make: (persona: Persona, of: Subject, relation: Relation, state?: string) => Promise<Row>
}

/** Makes rows by the product's own functions, past the HTTP that is being tested. */
export async function makeSubjects(app: TestApp): Promise<Subjects> {
  const { clock, ids, store } = app
  const system = () => systemActor(clock.now(), clock.today(), 'cli', '测试')
  const write = <T>(work: (tx: Tx) => Promise<T>) => store.tx(work)
  let n = 0
  const next = (label: string) => `${label}${++n}号`

  const newUser = (username: string, roleIds: number[]) =>
    write((tx) => createUser(tx, system(), { username, name: username, teamId: ids.teams.D1, roleIds }, 'x'))
  const shared = await app.make.pool({ name: '大家的公海' })
  const empty = await app.make.role({ name: '什么都不能', permissions: [] })
  const nobody = await newUser('nobody', [empty.id])
  const both = await newUser('both', [ids.roles.财务, ids.roles.业务员])
  const known: Readonly<Record<string, number>> = { nobody: nobody.id, both: both.id }
  const idOf = (persona: Persona) =>
    known[persona] ?? ids.users[persona as Exclude<Persona, 'stranger' | 'nobody' | 'both'>]

  function ownerOf(persona: Persona, relation: Relation): number | null {
    if (relation === 'own' || relation === 'deleted') return persona === 'stranger' ? ids.users.sales2 : idOf(persona)
    if (relation === 'team') return ids.users.sales1b
    if (relation === 'subtree') return ids.users.sub1
    return relation === 'orphan' ? null : ids.users.sales2
  }

  function customer(persona: Persona, relation: Relation): Promise<Row> {
    return write(async (tx) => {
      const facts = {
        name: next('关系客户'),
        status: 'potential',
        phone: MOBILE,
        ownerId: ownerOf(persona, relation),
      } as const
      const { id } = await createCustomer(tx, system(), facts)
      if ((relation === 'read' || relation === 'edit') && persona !== 'stranger')
        await tx
          .insertInto('collaborators')
          .values({ entity: 'customer', recordId: id, userId: idOf(persona), access: relation, createdAt: clock.now() })
          .execute()
      return { id, version: 1 }
    })
  }
  async function contact(persona: Persona, relation: Relation): Promise<Row> {
    const { id: customerId } = await customer(persona, relation)
    return write((tx) => createContact(tx, system(), { customerId, name: next('联系人'), mobile: MOBILE }))
  }

  /** Written by the persona. */
  async function interaction(persona: Persona, relation: Relation): Promise<Row> {
    const { id: customerId } = await customer(persona, relation)
    const author = { ...system(), id: persona === 'stranger' ? ids.users.sales2 : idOf(persona) }
    return write(async (tx) => {
      const made = await createInteraction(tx, author, { customerId, kind: 'call', text: next('谈了') })
      return { id: made.interaction.id, version: 1 }
    })
  }

  async function feedback(persona: Persona, relation: Relation, state: string): Promise<Row> {
    const { id: customerId } = await customer(persona, relation)
    return write(async (tx) => {
      const { id } = await createFeedback(tx, system(), { customerId, words: '货送晚了', occurredOn: '2026-11-20' })
      if (state !== 'solved') return { id, version: 1 }
      return moveFeedback(tx, system(), id, 'resolve', { version: 1, result: '已补送' })
    })
  }

  /** Uploaded, because its content must be there. */
  async function file(persona: Persona, relation: Relation): Promise<Row> {
    const { id: customerId } = await customer(persona, relation)
    const { body } = await app.as('admin').send(uploadOf(next('文件'), { customer: customerId }))
    return { id: body.id, version: 1 }
  }

  /** On a customer: a personal one would be nobody else's business. */
  async function todo(persona: Persona, relation: Relation, state: string): Promise<Row> {
    const { id: customerId } = await customer(persona, relation)
    return write(async (tx) => {
      const assigneeId = ownerOf(persona, relation)!
      const facts = { title: next('提醒'), dueAt: '2026-11-23T01:00:00.000Z', assigneeId }
      const { id } = await createReminder(tx, system(), facts)
      // Laid there afterwards: whoever may see nothing at all is given one too.
      await tx.updateTable('reminders').set({ customerId }).where('id', '=', id).execute()
      if (state !== 'solved') return { id, version: 1 }
      return completeReminder(tx, system(), id, 'Asia/Shanghai')
    })
  }

  async function everybodys(of: Subject): Promise<Row> {
    switch (of) {
      case 'user':
        return newUser(`user${++n}`, [ids.roles.业务员])
      case 'token': {
        const asked = { userId: ids.users.finance, name: '脚本', scope: null, expiresDays: null }
        const { id } = await write((tx) => createToken(tx, system(), asked))
        return { id, version: 1 }
      }
      case 'team':
        return app.make.team({ name: next('部门') })
      case 'role':
        return app.make.role({ name: next('角色'), permissions: [] })
      case 'tag':
        return app.make.tag({ name: next('标签') })
      case 'announcement':
        return app.make.announcement({ title: next('公告') })
      case 'pool':
        return app.make.pool({ name: next('公海') })
      case 'pooled': {
        const live = await customer('stranger', 'foreign')
        await write((tx) => releaseAll(tx, system(), [live.id], { poolId: shared.id, reason: '测试' }))
        return live
      }
      case 'poolBatch': {
        const facts = { onDay: clock.today(), state: 'done', moved: 0, returned: 0, actorId: null } as const
        const added = { ...facts, createdAt: clock.now(), undoneAt: null }
        const { id } = await write((tx) =>
          tx.insertInto('poolBatches').values(added).returning('id').executeTakeFirstOrThrow(),
        )
        return { id, version: 1 }
      }
      default:
        return app.make.dictItem({ dictionary: 'industry', label: next('行业') })
    }
  }

  function batch(userId: number, state: string): Promise<Row> {
    const counts = { total: 0, done: 0, created: 0, updated: 0, skipped: 0, duplicates: 0, failed: 0 }
    const texts = { headers: '["客户名称"]', mapping: '{"客户名称":"name"}', warnings: '{"file":[],"check":[]}' }
    const at = { createdAt: clock.now(), updatedAt: clock.now(), leasedBy: null, leasedUntil: null, problem: null }
    const facts = { entity: 'customer', mode: 'skip', state, fileName: 'a.csv', userId } as const
    const added = { ...facts, ...counts, ...texts, ...at } as never
    return write(async (tx) => {
      const { id } = await tx.insertInto('imports').values(added).returning('id').executeTakeFirstOrThrow()
      return { id, version: 1 }
    })
  }

  function fileToBe(userId: number): Promise<Row> {
    const facts = { userId, list: 'products', query: '{}', fileName: '产品.csv', state: 'waiting' } as const
    const at = { rows: 0, attempts: 0, createdAt: clock.now(), updatedAt: clock.now() }
    return write(async (tx) => {
      const { id } = await tx
        .insertInto('exportJobs')
        .values({ ...facts, ...at } as never)
        .returning('id')
        .executeTakeFirstOrThrow()
      return { id, version: 1 }
    })
  }

  async function make(persona: Persona, of: Subject, relation: Relation, state = 'checked'): Promise<Row> {
    if (relation === 'absent') return ABSENT
    const isGone = relation === 'deleted' || relation === 'deletedForeign'
    const kind = tradeKinds[of]
    if (kind) {
      const customerId = kind.of === 'customer' ? (await customer(persona, relation)).id : 0
      const live = await write((tx) => kind.make(tx, { actor: system(), next, customerId, state }))
      if (isGone) await write((tx) => kind.remove(tx, system(), live))
      const { id, otherId, version } = live
      return { id, version, ...(otherId !== undefined && { otherId }) }
    }
    if (of === 'import') return batch(relation === 'own' ? idOf(persona) : ids.users.sales1b, state)
    if (of === 'reminder') {
      const live = await todo(persona, relation, state)
      if (isGone) await write((tx) => removeReminder(tx, system(), live.id, live.version))
      return live
    }
    const userId = relation === 'own' && persona !== 'stranger' ? idOf(persona) : ids.users.sales2
    const tools = { system, next, userId }
    if (of === 'export') return fileToBe(userId)
    if (of === 'merge') return write((tx) => mergeOf(tx, tools))
    if (of === 'duplicate') return write((tx) => groupOf(tx, tools))
    if (of === 'handover') return write((tx) => handoverOf(tx, tools))
    if (of === 'approval') {
      const [applicantId, userId] = [ids.users.sales2, relation === 'own' ? tools.userId : ids.users.sales1b]
      const isAsked = relation === 'foreign' || (state !== 'applied' && userId !== applicantId)
      return write((tx) =>
        approvalOf(
          tx,
          system(),
          isAsked ? { applicantId, userId } : { applicantId: userId, userId: ids.users.sales1b },
        ),
      )
    }
    if (of === 'interaction') {
      const live = await interaction(persona, relation)
      if (isGone) await write((tx) => removeInteraction(tx, system(), live.id, live.version))
      return live
    }
    if (of === 'feedback') {
      const live = await feedback(persona, relation, state)
      if (isGone) await write((tx) => feedbackRows.remove(tx, system(), live.id, live.version))
      return live
    }
    if (of === 'document') {
      const live = await file(persona, relation)
      if (isGone) await app.as('admin').delete(`/api/documents/${live.id}?version=1`)
      return live
    }
    if (of === 'customer' || of === 'contact') {
      const live = of === 'customer' ? await customer(persona, relation) : await contact(persona, relation)
      const remove = of === 'customer' ? removeCustomer : removeContact
      if (isGone) await write((tx) => remove(tx, system(), live.id, live.version))
      return state === 'pair'
        ? write((tx) => withOther(tx, { ...tools, userId: ownerOf(persona, relation) ?? idOf('admin') }, live))
        : live
    }
    const live = await everybodys(of)
    const path = { team: 'teams', role: 'roles', tag: 'tags', announcement: 'announcements' }[of as 'team']
    if (isGone) await app.as('admin').delete(`/api/${path}/${live.id}?version=1`)
    return live
  }

  const as = (persona: Persona) =>
    persona === 'stranger' ? app.anonymous : app.as(known[persona] ?? (persona as 'admin'))
  return { idOf, as, make }
}
