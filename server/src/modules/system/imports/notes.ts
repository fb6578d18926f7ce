import { dictionaryNames } from '@crm/shared/dictionaries'
import type { Entity } from '@crm/shared/kernel/entity'
import { isRequired } from '@crm/shared/kernel/schema'
import { type Complaint, complain } from './complaints.ts'
import type { Converted } from './convert.ts'
import { importable, isOurs, type Mapping } from './mapping.ts'

/** More new words of one kind are no words but a wrongly mapped column. */
const MOST_NEW = 200
const SHOWN = 10

const someOf = (words: Iterable<string>): string => {
  const all = [...words]
  return all.length > SHOWN ? `${all.slice(0, SHOWN).join('、')} 等 ${all.length} 项` : all.join('、')
}

/** What a person should know about the file as a whole, collected while its rows are checked. */
export function notebook(entity: Entity, headers: readonly string[], mapping: Mapping) {
  const words = new Map<string, Set<string>>()
  let crowded = 0
  const remarks = new Map<string, number>()

  const add = (kind: string, word: string): Complaint | null => {
    const known = words.get(kind) ?? new Set<string>()
    words.set(kind, known)
    if (known.size >= MOST_NEW && !known.has(word)) return complain(`${kind}里超过 ${MOST_NEW} 种没有的值,请检查列对应`)
    known.add(word)
    return null
  }
  return {
    /** Takes the row's new words; refuses them when there are too many. */
    take(row: Converted, told: readonly string[] = []): Complaint[] {
      for (const remark of told) remarks.set(remark, (remarks.get(remark) ?? 0) + 1)
      if (Object.values(row.others).some((texts) => texts.length > 0)) crowded++
      const refusals = [
        ...row.newItems.map(({ dictionary, label }) => add(dictionaryNames[dictionary], label)),
        ...row.newTags.map((tag) => add('标签', tag)),
        ...row.newCategories.map((category) => add('产品类别', category)),
      ]
      return refusals.filter((refusal) => refusal !== null)
    },
    told(): string[] {
      const mapped = new Set(Object.values(mapping))
      const missing = importable(entity).filter(([name, field]) => isRequired(field) && !mapped.has(name))
      const unused = headers.filter((header) => !Object.hasOwn(mapping, header) && !isOurs(header))
      return [
        ...missing.map(([, field]) => `没有一列对应“${field.label}”`),
        ...[...words].map(([kind, labels]) =>
          kind === '标签' || kind === '产品类别'
            ? `新增${kind}:${someOf(labels)}`
            : `新增基础资料:${kind} ${someOf(labels)}`,
        ),
        ...[...remarks].map(([remark, count]) => `${count} ${remark}`),
        ...(crowded > 0 ? [`${crowded} 行的电话或邮箱不止一个,放不下的写入备注`] : []),
        ...(unused.length > 0 ? [`不导入的列:${someOf(unused)}`] : []),
      ]
    },
  }
}
