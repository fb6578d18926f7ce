import type { ImportMode } from '@crm/shared/contract/imports'
import { type Actor, can } from '../../../core/access/actor.ts'
import { type Complaint, complain } from './complaints.ts'
import type { Converted } from './convert.ts'
import { EXAMPLE } from './examples.ts'
import type { Existing, Finding, Kind, Repeat } from './kind.ts'

export type Action =
  | { readonly as: 'create'; readonly overriding: boolean }
  | { readonly as: 'update'; readonly existing: Existing | null }
  | { readonly as: 'skip' }
  | null
/** What will become of a row, and what is told about it. `action` is null for a row that is refused. */
export interface Verdict {
  readonly status: 'ready' | 'duplicate' | 'failed'
  readonly complaints: readonly Complaint[]
  readonly action: Action
}
const failed = (...complaints: readonly Complaint[]): Verdict => ({ status: 'failed', complaints, action: null })
const duplicate = (message: string, action: Action): Verdict => ({
  status: 'duplicate',
  complaints: [complain(message)],
  action,
})

/** Whom a row repeats: a record, or a row above it. */
function twinOf({ same, clash, reason = '重复', exclusive = false }: Finding, repeat: Repeat | null) {
  const existing = same ?? clash ?? null
  if (existing)
    return { existing, same: Boolean(same), exclusive, said: `与已有的“${existing.title}”(${existing.about})${reason}` }
  return (
    repeat && {
      existing: null,
      same: repeat.same,
      exclusive: repeat.exclusive,
      said: `与第 ${repeat.rowNumber} 行${repeat.reason}`,
    }
  )
}

const isExample = ({ customer, values }: Converted) =>
  [customer, values['name']].some((text) => typeof text === 'string' && text.startsWith(EXAMPLE))

/** The same judgement before the import (with the rows above) and in the transaction that writes the row (without). */
export function decide(
  kind: Kind,
  actor: Actor,
  mode: ImportMode,
  row: Converted,
  finding: Finding,
  repeat: Repeat | null,
): Verdict {
  // The sample of the template is told as what it is, not by what it lacks.
  if (isExample(row)) return failed(complain('模板里的示例行,不导入'))
  const problems = [...row.problems, ...(finding.problems ?? [])]
  if (problems.length > 0) return failed(...problems)
  const { label, fields } = kind.entity
  const values = { ...row.values, ...finding.values }
  const create = (overriding: boolean, verdict: Verdict): Verdict => {
    const starred = row.masked.map((name) => complain(`${fields[name]!.label}含有 *,是隐藏过的号码`))
    const refusals = [...starred, ...kind.refusals(actor, values, null)]
    return refusals.length > 0 ? failed(...refusals) : { ...verdict, action: { as: 'create', overriding } }
  }
  const twin = twinOf(finding, repeat)
  if (!twin) return create(false, { status: 'ready', complaints: [], action: null })
  const { existing, exclusive, said } = twin

  switch (mode) {
    case 'skip':
      return duplicate(said, { as: 'skip' })
    case 'update': {
      if (!twin.same) return failed(complain(`${said},但不是同一个${label},未导入`))
      if (!existing) return duplicate(`${said},会再次更新`, { as: 'update', existing })
      // A08: whoever may not change the record by hand may not change it by a file either.
      if (!existing.mayUpdate) return failed(complain(`${said},不在你可以修改的范围内,未改动`))
      const refusals = kind.refusals(actor, values, existing)
      return refusals.length > 0 ? failed(...refusals) : duplicate(`${said},会更新`, { as: 'update', existing })
    }
    case 'create':
      if (exclusive) return failed(complain(`${said},不能重复使用`))
      if (!can(actor, 'duplicate.override')) return failed(complain(`${said},没有仍然新建的权限`))
      return create(true, duplicate(`${said},仍会新建`, null))
    default: {
      const never: never = mode
      throw new Error(`unknown mode ${String(never)}`)
    }
  }
}
