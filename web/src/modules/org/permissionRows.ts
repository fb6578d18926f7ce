import { entities } from '@crm/shared/entities/index'
import { permissionGroups, type PermissionName } from '@crm/shared/permissions'

export const verbs = { read: '查看', create: '新建', update: '修改', delete: '删除' } as const
export type Verb = keyof typeof verbs

export interface Choice {
  readonly name: PermissionName
  readonly label: string
}
/** One line of the matrix: what may be done with one kind of thing. */
export interface PermissionRow {
  readonly label: string
  readonly verbs: Readonly<Partial<Record<Verb, Choice>>>
  /** Everything that is none of the four. */
  readonly others: readonly Choice[]
}
export interface PermissionGroup {
  readonly label: string
  readonly rows: readonly PermissionRow[]
}
const labels: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.values(entities).map(({ name, label }) => [name, label]),
)
const isVerb = (text: string): text is Verb => Object.hasOwn(verbs, text)

function rowsOf(group: string, choices: readonly Choice[]): PermissionRow[] {
  const split = choices.map((choice) => {
    const [subject = '', verb = ''] = choice.name.split('.')
    return { choice, subject, verb }
  })
  // 查看 under a line that is no kind of record (系统) would say nothing: such permissions speak for themselves.
  const isOfLine = ({ subject, verb }: { subject: string; verb: string }) =>
    isVerb(verb) && labels[subject] !== undefined
  const subjects = [...new Set(split.filter(isOfLine).map(({ subject }) => subject))]
  const rows = subjects.map((subject) => ({
    subject,
    label: labels[subject] ?? group,
    verbs: Object.fromEntries(
      split.filter((one) => one.subject === subject && isOfLine(one)).map(({ verb, choice }) => [verb, choice]),
    ),
  }))
  // What belongs to no line of its own stands in the first one of its group.
  const first = rows[0]?.subject ?? ''
  const lines = rows.length > 0 ? rows : [{ subject: '', label: group, verbs: {} }]
  return lines.map(({ subject, label, verbs: held }) => ({
    label,
    verbs: held,
    others: split
      .filter((one) => !isOfLine(one) && (subjects.includes(one.subject) ? one.subject === subject : subject === first))
      .map(({ choice }) => choice),
  }))
}

/** Every permission of the product as a matrix: groups, lines, the four verbs and the rest. */
export const permissionMatrix: readonly PermissionGroup[] = Object.entries(permissionGroups).map(([label, names]) => ({
  label,
  rows: rowsOf(
    label,
    Object.entries(names).map(([name, text]) => ({ name: name as PermissionName, label: text })),
  ),
}))

export const namesOf = (row: PermissionRow): PermissionName[] => [
  ...Object.values(row.verbs).map(({ name }) => name),
  ...row.others.map(({ name }) => name),
]

/** Ticks or clears some permissions. Whoever may change a thing may see it: 查看 comes along, and takes the rest along when it goes. */
export function ticked(
  held: readonly PermissionName[],
  row: PermissionRow,
  names: readonly PermissionName[],
  isOn: boolean,
): PermissionName[] {
  const read = row.verbs.read?.name
  const changed = new Set(names)
  if (read && isOn) changed.add(read)
  if (read && !isOn && changed.has(read)) for (const { name } of Object.values(row.verbs)) changed.add(name)
  const kept = held.filter((name) => !changed.has(name))
  return isOn ? [...kept, ...changed] : kept
}
