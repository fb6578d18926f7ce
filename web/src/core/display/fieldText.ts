import type { Entity } from '@crm/shared/kernel/entity'
import { type Field, nameBeside } from '@crm/shared/kernel/field'
import { useDictionaries } from '../choices/dictionaries'
import { dayText, EMPTY, instantText, moneyText } from './display'
import { useSession } from '../session'

type Row = Readonly<Record<string, unknown>>

/** Text of any field of a row as a person reads it: `const text = useFieldText(customer); text(row, 'level')`. */
export function useFieldText(entity: Pick<Entity, 'fields'>) {
  const { labelOf } = useDictionaries()
  const session = useSession()

  function one(field: Field | undefined, key: string, row: Row): string {
    const value = row[key]
    const name = row[nameBeside(key)]
    if (!field)
      return value === null || value === undefined
        ? ''
        : instantText(String(value), new Date().toISOString(), session.zone)
    if (field.kind === 'ref' || (field.kind === 'text' && field.format === 'region'))
      return Array.isArray(name) ? name.join('、') : String(name ?? '')
    if (value === null || value === undefined || value === '') return ''
    switch (field.kind) {
      case 'money':
        return moneyText(value as number)
      case 'rate':
        return `${(value as number) / 100}%`
      case 'quantity':
        return String((value as number) / 1000)
      case 'day':
        return dayText(value as string)
      case 'instant':
        return instantText(value as string, new Date().toISOString(), session.zone)
      case 'flag':
        return value ? '是' : '否'
      case 'option':
        return (Array.isArray(value) ? value : [value]).map((code: string) => field.options[code] ?? code).join('、')
      case 'dict':
        return labelOf(field.dictionary, value as string)
      case 'integer':
      case 'text':
      case 'longText':
        return String(value)
      default: {
        const never: never = field
        throw new Error(`unknown kind ${JSON.stringify(never)}`)
      }
    }
  }
  return (row: object, key: string): string => one(entity.fields[key], key, row as Row) || EMPTY
}
