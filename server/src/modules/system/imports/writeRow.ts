import type { ImportMode } from '@crm/shared/contract/imports'
import { check } from '@crm/shared/formats'
import { writableFields } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { type Complaint, complain, stored } from './complaints.ts'
import type { Converted } from './convert.ts'
import { decide } from './decide.ts'
import { toldByRow } from './documents.ts'
import type { Finding, Kind } from './kind.ts'

export interface Outcome {
  readonly status: 'created' | 'updated' | 'skipped' | 'failed'
  readonly isDuplicate: boolean
  /** How many rows of the file it was. */
  readonly rows: number
}
interface Done {
  readonly status: Outcome['status']
  readonly complaints: readonly Complaint[]
  readonly record?: { readonly id: number; readonly version: number }
}
export interface WriteRules {
  readonly kind: Kind
  readonly mode: ImportMode
  readonly importId: number
  readonly fileName: string
}

/** Writes one row by the functions the screens use, and what became of it, in the same transaction. */
export async function writeRow(tx: Tx, actor: Actor, rules: WriteRules, row: Converted): Promise<Outcome> {
  const { kind, mode, fileName } = rules
  const finding = (await kind.meet(tx, actor, [row]))(row)
  const { action, complaints, status } = decide(kind, actor, mode, row, finding, null)
  const isDuplicate = status === 'duplicate'
  const values = { ...row.values, ...finding.values }
  const act = async (): Promise<Done> => {
    if (action === null) return { status: 'failed', complaints }
    if (action.as === 'skip') return { status: 'skipped', complaints }
    if (action.as === 'update') return update(tx, actor, kind, row, values, finding, action.existing!.id)
    return create(tx, actor, kind, row, values, finding, action.overriding ? `导入:${fileName}`.slice(0, 200) : null)
  }
  const done = await act()
  await note(tx, row, done)
  return { status: done.status, isDuplicate, rows: row.lines?.length ?? 1 }
}

/** A row that could not be written is told what stood in its way. */
export async function failRow(tx: Tx, row: Converted, message: string): Promise<Outcome> {
  await note(tx, row, { status: 'failed', complaints: [complain(message)] })
  return { status: 'failed', isDuplicate: false, rows: row.lines?.length ?? 1 }
}

async function note(tx: Tx, row: Converted, { complaints, record, status }: Done): Promise<void> {
  const made = { recordId: record?.id ?? null, recordVersion: record?.version ?? null }
  for (const told of toldByRow(row, complaints, status === 'failed'))
    await tx
      .updateTable('importRows')
      .set({ status, message: stored(told.complaints), ...made })
      .where('id', '=', told.id)
      .execute()
}

/** Whatever found no field of its own is kept in the notes, once. */
const withOthers = (notes: unknown, others: Converted['others']): Raw => {
  const before = typeof notes === 'string' ? notes : ''
  const lines = Object.entries(others).flatMap(([heading, texts]) => {
    const fresh = texts.filter((text) => !before.includes(text))
    return fresh.length === 0 ? [] : [`${heading}:${fresh.join('、')}`]
  })
  return lines.length === 0 ? {} : { notes: [before, ...lines].filter(Boolean).join('\n') }
}

function refusedBy(entity: Entity, values: Raw, partial: boolean) {
  const checked = check(writableFields(entity), values, { partial })
  return checked.ok
    ? { values: checked.value }
    : { failed: { status: 'failed' as const, complaints: checked.errors.map(({ message }) => complain(message)) } }
}

async function create(
  tx: Tx,
  actor: Actor,
  kind: Kind,
  row: Converted,
  values: Raw,
  finding: Finding,
  overrideReason: string | null,
): Promise<Done> {
  // What a document and its lines must say, the kind has judged.
  const full = refusedBy(
    kind.entity,
    { ...values, ...withOthers(values['notes'], row.others) },
    row.lines !== undefined,
  )
  if ('failed' in full) return full.failed
  const { id, version } = await kind.create(tx, actor, full.values, overrideReason, finding)
  return { status: 'created', complaints: [], record: { id, version } }
}

/** Only what the file fills and what differs; tags are added, never taken away. */
async function update(
  tx: Tx,
  actor: Actor,
  kind: Kind,
  row: Converted,
  values: Raw,
  finding: Finding,
  id: number,
): Promise<Done> {
  const before = (await storedRow(tx, kind.entity, id))!
  const asked = { ...values, ...withOthers(values['notes'] ?? before['notes'], row.others) }
  const changed = Object.entries(asked).flatMap(([name, value]): [string, unknown][] => {
    const old = before[name]
    if (Array.isArray(value)) {
      const all = [...new Set([...((old as number[] | undefined) ?? []), ...(value as number[])])]
      return all.length === ((old as number[] | undefined) ?? []).length ? [] : [[name, all]]
    }
    return (typeof value === 'boolean' ? old === (value ? 1 : 0) : old === value) ? [] : [[name, value]]
  })
  const added = (await kind.complete?.(tx, actor, id, finding)) ?? 0
  const { version } = (await storedRow(tx, kind.entity, id)) as { version: number }
  if (changed.length === 0 && added > 0) return { status: 'updated', complaints: [], record: { id, version } }
  if (changed.length === 0)
    return { status: 'skipped', complaints: [complain('内容与已有的相同')], record: { id, version } }
  const patch = refusedBy(kind.entity, Object.fromEntries(changed), true)
  if ('failed' in patch) return patch.failed
  const after = await kind.update(tx, actor, id, { ...patch.values, version })
  return { status: 'updated', complaints: [], record: { id, version: after.version } }
}
