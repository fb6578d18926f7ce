import type {
  ApprovalBox,
  ApprovalDetail,
  ApprovalEntry,
  ApprovalFact,
  approvals as api,
  ApprovalRound,
  ApprovalRow,
  ApprovalState,
  ApprovalSubjectName,
} from '@crm/shared/contract/approvals'
import type { Input, Page } from '@crm/shared/kernel/endpoint'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { type Actor, can } from '../../../core/access/actor.ts'
import { visible } from '../../../core/access/scope.ts'
import { forbidden, notFound, problem } from '../../../core/problem.ts'
import { containsText, inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { type Approval, modesOf, type Task } from './advance.ts'
import { stateOf, turnOf } from './progress.ts'
import type { Subjects } from './subject.ts'

type Named = Task & { readonly name: string }
type WithCustomer = Approval & { readonly customerName: string | null }
const COUNT_CAP = 10_000

/** Its applicant, whoever was asked or will be, whoever sets flows up. */
export const isSeen = (actor: Actor, approval: Pick<Approval, 'applicantId'>, tasks: readonly Pick<Task, 'userId'>[]) =>
  can(actor, 'approval.setup') || approval.applicantId === actor.id || tasks.some(({ userId }) => userId === actor.id)

const tasksWith = (condition: Expression<SqlBool>) =>
  sql<SqlBool>`exists (select 1 from ${sql.table('approvalTasks')} t
    where ${sql.ref('t.approvalId')} = ${sql.ref('approvals.id')} and ${condition})`
const outcomeIs = (outcome: 'refused' | 'withdrawn') => tasksWith(sql<SqlBool>`t.outcome = ${sql.lit(outcome)}`)
const open = tasksWith(sql<SqlBool>`t.outcome is null`)
/** What `stateOf` says, in SQL. */
const stateIs: Readonly<Record<ApprovalState, Expression<SqlBool>>> = {
  refused: outcomeIs('refused'),
  withdrawn: outcomeIs('withdrawn'),
  pending: open,
  approved: sql<SqlBool>`not (${open} or ${outcomeIs('refused')} or ${outcomeIs('withdrawn')})`,
}
const either = (conditions: readonly Expression<SqlBool>[]) => sql<SqlBool>`(${sql.join(conditions, sql` or `)})`

const asked = (userId: number, condition: Expression<SqlBool>) =>
  sql<SqlBool>`${sql.ref('approvals.id')} in (select ${sql.ref('approvalId')} from ${sql.table('approvalTasks')}
    where ${sql.ref('userId')} = ${userId} and ${condition})`
function within(actor: Actor, box: ApprovalBox): Expression<SqlBool> {
  switch (box) {
    case 'todo':
      return asked(actor.id, sql<SqlBool>`outcome is null and ${sql.ref('openedAt')} is not null`)
    case 'done':
      return asked(actor.id, sql<SqlBool>`outcome in ('approved', 'refused', 'forwarded')`)
    case 'mine':
      return sql<SqlBool>`${sql.ref('approvals.applicantId')} = ${actor.id}`
    case 'all':
      if (!can(actor, 'approval.setup')) throw forbidden('只有设置审批流程的人可以看全部审批')
      return sql<SqlBool>`1 = 1`
  }
}

type Query = Input<typeof api.list>['query']
export async function listApprovals(
  read: Read,
  actor: Actor,
  { box = 'todo', page = 1, q, size = 50, state, subject }: Query,
): Promise<Page<ApprovalRow>> {
  if (page * size > COUNT_CAP) throw problem('page_too_deep', `最多翻到第 ${COUNT_CAP} 行,请加筛选条件`)
  const matching = read
    .selectFrom('approvals')
    .where(within(actor, box as ApprovalBox))
    .$if(state !== undefined, (some) => some.where(either((state as ApprovalState[]).map((one) => stateIs[one]))))
    .$if(subject !== undefined, (some) => some.where('approvals.subject', 'in', subject as ApprovalSubjectName[]))
    .$if((q ?? '').trim() !== '', (some) =>
      some.where(
        either(['approvals.title', 'approvals.applicantName'].map((column) => containsText(column, q!.trim()))),
      ),
    )
  const rows = await matching
    .leftJoin('customers', 'customers.id', 'approvals.customerId') // unscoped: approvers see whom it is about
    .selectAll('approvals')
    .select('customers.name as customerName')
    .orderBy('approvals.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const { n } = await read
    .selectFrom(
      matching
        .select('approvals.id')
        .limit(COUNT_CAP + 1)
        .as('some'),
    )
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  const tasks = await tasksFor(
    read,
    rows.map(({ id }) => id),
  )
  const total = Math.min(Number(n), COUNT_CAP)
  return {
    items: rows.map((row) => rowOf(actor, row, tasks.get(row.id) ?? [])),
    total,
    totalCapped: Number(n) > COUNT_CAP,
    nextCursor: null,
  }
}

/** In the order of their steps, by approval. */
async function tasksFor(db: Read | Tx, ids: readonly number[]): Promise<ReadonlyMap<number, Named[]>> {
  if (ids.length === 0) return new Map()
  const rows = await (db as Read)
    .selectFrom('approvalTasks')
    .innerJoin('users', 'users.id', 'approvalTasks.userId')
    .selectAll('approvalTasks')
    .select('users.name')
    .where(inIds(db, 'approvalId', ids))
    .orderBy('approvalId')
    .orderBy('step')
    .orderBy('position')
    .orderBy('approvalTasks.id')
    .execute()
  return Map.groupBy(rows, ({ approvalId }) => approvalId)
}

function rowOf(actor: Actor, row: WithCustomer, tasks: readonly Named[]): ApprovalRow {
  const { facts: _, modes: __, ...rest } = row
  const turn = turnOf(modesOf(row), tasks)
  return {
    ...rest,
    state: stateOf(tasks),
    waitingFor: turn.map(({ name }) => name),
    isMine: turn.some(({ userId }) => userId === actor.id),
  }
}

/** 404 for whoever has nothing to do with it. */
export async function readApproval(
  db: Read | Tx,
  actor: Actor,
  subjects: Subjects,
  id: number,
): Promise<ApprovalDetail> {
  const row = await (db as Read)
    .selectFrom('approvals')
    .leftJoin('customers', 'customers.id', 'approvals.customerId') // unscoped: approvers see whom it is about
    .selectAll('approvals')
    .select('customers.name as customerName')
    .where('approvals.id', '=', id)
    .executeTakeFirst()
  const tasks = (await tasksFor(db, [id])).get(id) ?? []
  if (!row || !isSeen(actor, row, tasks)) throw notFound('审批')
  const shown = rowOf(actor, row, tasks)
  return {
    ...shown,
    facts: JSON.parse(row.facts) as ApprovalFact[],
    link: await linkTo(db, actor, subjects, row),
    steps: modesOf(row).map((mode, at) => ({
      mode,
      tasks: tasks
        .filter(({ step }) => step === at)
        .map(({ decidedAt, name, note, openedAt, outcome, userId }) => ({
          userId,
          name,
          outcome,
          openedAt,
          decidedAt,
          note,
        })),
    })),
    entries: (await entriesFor(db, [id])).get(id) ?? [],
    mayWithdraw: shown.state === 'pending' && row.applicantId === actor.id,
  }
}

/** The record's page, for who would not stand before a closed door there. */
async function linkTo(
  db: Read | Tx,
  actor: Actor,
  subjects: Subjects,
  { subject, subjectId }: Pick<Approval, 'subject' | 'subjectId'>,
): Promise<string | null> {
  const found = subjects.find((one) => one.subject === subject)
  const { record } = found ?? {}
  if (!found || !record) return found?.link(subjectId) ?? null
  const { rows } = await sql`select 1 from ${sql.table(record.table)}
    where ${sql.ref(`${record.table}.id`)} = ${subjectId} and ${visible(actor, record, `${record.name}.read`)}`.execute(
    db as Tx,
  )
  return rows.length > 0 ? found.link(subjectId) : null
}

async function entriesFor(db: Read | Tx, ids: readonly number[]): Promise<ReadonlyMap<number, ApprovalEntry[]>> {
  if (ids.length === 0) return new Map()
  const rows = await (db as Read)
    .selectFrom('approvalEvents')
    .select(['approvalId', 'at', 'actorName', 'action', 'step', 'toName', 'note'])
    .where(inIds(db, 'approvalId', ids))
    .orderBy('id')
    .execute()
  const grouped = Map.groupBy(rows, ({ approvalId }) => approvalId)
  return new Map([...grouped].map(([id, list]) => [id, list.map(entryOf)]))
}

const entryOf = ({ action, actorName, at, note, step, toName }: ApprovalEntry): ApprovalEntry => ({
  at,
  actorName,
  action,
  step,
  toName,
  note,
})

/** Every request for consent to one record, the latest first: for its own page, whose reader was checked there. */
export async function approvalsOf(
  db: Read | Tx,
  subject: ApprovalSubjectName | readonly ApprovalSubjectName[],
  subjectId: number,
): Promise<ApprovalRound[]> {
  const rows = await (db as Read)
    .selectFrom('approvals')
    .selectAll()
    .where('subject', 'in', [subject].flat() as ApprovalSubjectName[])
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .execute()
  const ids = rows.map(({ id }) => id)
  const [tasks, entries] = [await tasksFor(db, ids), await entriesFor(db, ids)]
  return rows.map((row) => {
    const own = tasks.get(row.id) ?? []
    const turn = turnOf(modesOf(row), own)
    return {
      id: row.id,
      state: stateOf(own),
      applicantName: row.applicantName,
      createdAt: row.createdAt,
      waitingFor: turn.map(({ name }) => name),
      waitingForIds: turn.map(({ userId }) => userId),
      entries: entries.get(row.id) ?? [],
    }
  })
}
