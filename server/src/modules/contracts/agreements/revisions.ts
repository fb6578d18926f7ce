import { CHANGEABLE, type ContractChangeLine, type ContractRevision } from '@crm/shared/contract/contracts'
import { contract as entity } from '@crm/shared/entities/contract'
import type { Field } from '@crm/shared/kernel/field'
import { formatYuan } from '@crm/shared/money'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'

export const contentOf = (row: Raw): Raw => Object.fromEntries(CHANGEABLE.map((key) => [key, row[key] ?? null]))
const personOf = (actor: Actor) => (actor.id === 0 ? null : actor.id)

/** The first version, when it is agreed upon. */
export async function keepFirst(tx: Tx, actor: Actor, row: Raw): Promise<void> {
  const at = actor.at
  const facts = { contractId: row['id'] as number, revision: 1, reason: null, actorId: personOf(actor) }
  await tx
    .insertInto('contractRevisions')
    .values({ ...facts, state: 'inForce', content: JSON.stringify(contentOf(row)), createdAt: at, decidedAt: at })
    .execute()
}

/** A version that waits to be agreed upon; the one in force stays. */
export async function propose(
  tx: Tx,
  actor: Actor,
  row: Raw,
  { content, reason }: { readonly content: Raw; readonly reason: string },
): Promise<void> {
  await tx
    .insertInto('contractRevisions')
    .values({
      contractId: row['id'] as number,
      revision: (row['revision'] as number) + 1,
      state: 'proposed',
      reason,
      content: JSON.stringify(content),
      actorId: personOf(actor),
      createdAt: actor.at,
      decidedAt: null,
    })
    .execute()
}

export const proposedOf = (db: Read | Tx, contractId: number) =>
  (db as Read)
    .selectFrom('contractRevisions')
    .selectAll()
    .where('contractId', '=', contractId)
    .where('state', '=', 'proposed')
    .executeTakeFirst()

export async function mustHaveNoProposal(db: Read | Tx, contractId: number, what: string): Promise<void> {
  if (await proposedOf(db, contractId)) throw problem('illegal_move', `合同有变更正在审批,批准或撤回以后才能${what}`)
}

/** The proposed version takes the place of the one in force. Returns what it says. */
export async function putInForce(tx: Tx, actor: Actor, contractId: number, revisionId: number): Promise<Raw> {
  const decided = { decidedAt: actor.at }
  await tx
    .updateTable('contractRevisions')
    .set({ state: 'superseded' })
    .where('contractId', '=', contractId)
    .where('state', '=', 'inForce')
    .execute()
  const { content } = await tx
    .updateTable('contractRevisions')
    .set({ state: 'inForce', ...decided })
    .where('id', '=', revisionId)
    .returning('content')
    .executeTakeFirstOrThrow()
  return JSON.parse(content) as Raw
}

/** Kept, with its content, as what was not agreed to. */
export async function turnDown(tx: Tx, actor: Actor, contractId: number): Promise<void> {
  await tx
    .updateTable('contractRevisions')
    .set({ state: 'refused', decidedAt: actor.at })
    .where('contractId', '=', contractId)
    .where('state', '=', 'proposed')
    .execute()
}

interface Names {
  readonly contacts: ReadonlyMap<number, string>
  readonly types: ReadonlyMap<string, string>
}
function said(key: string, value: unknown, { contacts, types }: Names): string {
  if (value === null || value === undefined || value === '') return '—'
  const field = entity.fields[key as keyof typeof entity.fields] as Field
  if (field.kind === 'money') return `${formatYuan(value as number)} 元`
  if (field.kind === 'option') return field.options[value as string] ?? String(value)
  if (field.kind === 'dict') return types.get(value as string) ?? String(value)
  if (field.kind === 'ref') return contacts.get(value as number) ?? '—'
  return String(value)
}

const differences = (before: Raw, after: Raw, names: Names): ContractChangeLine[] =>
  CHANGEABLE.filter((key) => (before[key] ?? null) !== (after[key] ?? null)).map((key) => ({
    field: key,
    label: entity.fields[key].label,
    before: said(key, before[key], names),
    after: said(key, after[key], names),
  }))

/** All versions of a contract the caller may show, the newest first. */
export async function revisionsOf(db: Read | Tx, contractId: number): Promise<ContractRevision[]> {
  const rows = await (db as Read)
    .selectFrom('contractRevisions as r')
    .leftJoin('users', 'users.id', 'r.actorId')
    .select(['r.id', 'r.revision', 'r.state', 'r.reason', 'r.content', 'r.createdAt', 'r.decidedAt'])
    .select('users.name as actorName')
    .where('r.contractId', '=', contractId)
    .orderBy('r.id')
    .execute()
  if (rows.length === 0) return []
  const contents = rows.map(({ content }) => JSON.parse(content) as Raw)
  const names = await namesIn(db, contents)
  let standing: Raw | null = null
  const told = rows.map((stored, at): ContractRevision => {
    const { content: _, ...row } = stored
    const own = contents[at]!
    const changes = standing ? differences(standing, own, names) : []
    if (row.state === 'inForce' || row.state === 'superseded') standing = own
    return { ...row, changes }
  })
  return told.toReversed()
}

async function namesIn(db: Read | Tx, contents: readonly Raw[]): Promise<Names> {
  const ids = [...new Set(contents.flatMap(({ contactId }) => (contactId as number | null) ?? []))]
  const contacts =
    ids.length === 0
      ? []
      : await (db as Read)
          .selectFrom('contacts') // unscoped: named in a contract the reader was let to
          .select(['id', 'name'])
          .where(inIds(db, 'id', ids))
          .execute()
  const types = await (db as Read)
    .selectFrom('dictItems')
    .select(['code', 'label'])
    .where('dictionary', '=', 'contractType')
    .execute()
  return {
    contacts: new Map(contacts.map(({ id, name }) => [id, name])),
    types: new Map(types.map(({ code, label }) => [code ?? '', label])),
  }
}

/** What a row says, for approvers who may not see the record. */
export async function factsOf(db: Read | Tx, row: Raw): Promise<{ label: string; value: string }[]> {
  const names = await namesIn(db, [row])
  return (['title', 'type', 'amountFen', 'startOn', 'endOn', 'terms'] as const)
    .filter((key) => row[key] !== null && row[key] !== undefined)
    .map((key) => ({ label: entity.fields[key].label, value: said(key, row[key], names) }))
}
export async function changesBetween(db: Read | Tx, before: Raw, after: Raw): Promise<ContractChangeLine[]> {
  return differences(before, after, await namesIn(db, [before, after]))
}
