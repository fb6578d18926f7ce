import { accesses, type Access } from '@crm/shared/contract/customers'
import type { Field } from '@crm/shared/kernel/field'
import { permissions, type PermissionName } from '@crm/shared/permissions'
import { shallowRef } from 'vue'
import { useChoices } from '../../core/choices/choices'
import { useDictionaries } from '../../core/choices/dictionaries'
import { useDirectory } from '../../core/choices/directory'
import { EMPTY, instantTitle, moneyText } from '../../core/display/display'
import { useSession } from '../../core/session'

const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value
  // Lists of options are kept as JSON text.
  if (typeof value === 'string' && value.startsWith('[')) return JSON.parse(value) as unknown[]
  return [value]
}
const isInstantText = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)

/** The names of places are 200 KB: they come when the first of them is to be shown. */
const regionName = shallowRef<((code: string) => string | null) | null>(null)
let isAsked = false
function regionText(code: string): string {
  if (!isAsked) {
    isAsked = true
    void import('@crm/shared/regions').then((regions) => (regionName.value = regions.regionName))
  }
  return regionName.value?.(code) ?? code
}

/** A stored value (flags 0/1, ids, codes) as a person reads it. Names are those of today: the log keeps ids. */
export function useStoredText() {
  const session = useSession()
  const { labelOf } = useDictionaries()
  const { userName, teamName } = useDirectory()
  const tags = useChoices({ kind: 'ref', to: 'tag', label: '' })
  const roles = session.can('role.read') ? useChoices({ kind: 'ref', to: 'role', label: '' }) : null

  function named(to: string, id: unknown): string {
    const list = to === 'tag' ? tags : to === 'role' ? roles : null
    const name =
      to === 'user'
        ? userName(id as number)
        : to === 'team'
          ? teamName(id as number)
          : list?.value.find((one) => one.value === id)?.label
    return name ?? `编号 ${String(id)}`
  }
  function plain(key: string, value: unknown): string {
    if (isInstantText(value)) return instantTitle(value, session.zone)
    if (key === 'userId') return named('user', value)
    if (key === 'scope')
      return String(value)
        .split(',')
        .map((name) => permissions[name as PermissionName] ?? name)
        .join('、')
    if (key === 'collaborators')
      return (
        (value as { userId: number; access: Access }[])
          .map((one) => `${named('user', one.userId)}(${accesses[one.access]})`)
          .join('、') || EMPTY
      )
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
  return (field: Field | undefined, key: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return EMPTY
    switch (field?.kind) {
      case undefined:
        return plain(key, value)
      case 'money':
        return moneyText(value as number)
      case 'rate':
        return `${(value as number) / 100}%`
      case 'quantity':
        return String((value as number) / 1000)
      case 'flag':
        return value === 1 || value === true ? '是' : '否'
      case 'option':
        return (
          listOf(value)
            .map((code) => field.options[String(code)] ?? String(code))
            .join('、') || EMPTY
        )
      case 'dict':
        return labelOf(field.dictionary, String(value))
      case 'ref':
        return (
          listOf(value)
            .map((id) => named(field.to, id))
            .join('、') || EMPTY
        )
      case 'text':
        return field.format === 'region' ? regionText(String(value)) : String(value)
      case 'instant':
        return instantTitle(String(value), session.zone)
      default:
        return String(value)
    }
  }
}
