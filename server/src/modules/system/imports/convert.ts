import type { DictionaryName } from '@crm/shared/dictionaries'
import { check } from '@crm/shared/formats'
import type { Entity } from '@crm/shared/kernel/entity'
import { writableFields } from '@crm/shared/kernel/endpoint'
import { isMany } from '@crm/shared/kernel/field'
import { findRegion } from '@crm/shared/regions'
import { isEmail } from '@crm/shared/rules/email'
import { looksMasked } from '@crm/shared/rules/phone'
import { cleanText } from '@crm/shared/text'
import { type Actor, can } from '../../../core/access/actor.ts'
import { cellValue, isNothing } from './cellValue.ts'
import { type Complaint, complain } from './complaints.ts'
import { type Directory, namesIn } from './directory.ts'
import { type Column, columnsOf, isRegion, type Mapping } from './mapping.ts'
import { phonesIn } from './phones.ts'

export type Beyond = '其他电话' | '其他邮箱'
export interface StoredRow {
  readonly id: number
  readonly rowNumber: number
  readonly cells: readonly string[]
  /** Where it stands when documents and lines are on two sheets. */
  readonly headRow?: number | null
  readonly lineRow?: number | null
}
/** A line of a document. */
export interface Line {
  /** Of its row of the file. */
  readonly id: number
  readonly rowNumber: number
  readonly values: Readonly<Record<string, unknown>>
  readonly refs: Readonly<Record<string, string>>
}
/** A row of the file as a record: what its cells say, checked like a form. */
export interface Converted {
  readonly id: number
  readonly rowNumber: number
  /** Only what the cells fill: an empty cell says nothing. */
  readonly values: Readonly<Record<string, unknown>>
  readonly problems: readonly Complaint[]
  /** What a cell holds beyond the fields there are; it goes into the notes, behind its heading. */
  readonly others: Readonly<Record<Beyond, readonly string[]>>
  /** Fields whose cell held a number with stars: what an export shows whoever may not read it. */
  readonly masked: readonly string[]
  /** 所属客户 of a contact, as written. */
  readonly customer: string | null
  /** What a kind looks up itself, as written, by field: a product, a contract. */
  readonly refs: Readonly<Record<string, string>>
  /** Of a document: its lines, one for each row of the file. */
  readonly lines?: readonly Line[]
  /** What it is called, where a row is told of another one's fault. */
  readonly whole?: { readonly same: string; readonly all: string }
  /** Adds the sheet and row that a complaint is about, where there are two sheets. */
  readonly placed?: (complaint: Complaint) => Complaint
  readonly newItems: readonly { readonly dictionary: DictionaryName; readonly label: string }[]
  readonly newTags: readonly string[]
  readonly newCategories: readonly string[]
}

interface Draft {
  readonly raw: Record<string, unknown>
  readonly problems: Complaint[]
  readonly others: Record<Beyond, string[]>
  readonly masked: string[]
  customer: string | null
  readonly refs: Record<string, string>
  readonly newItems: { dictionary: DictionaryName; label: string }[]
  readonly newTags: string[]
  readonly newCategories: string[]
}

/** Whom or what a text means there, depends on the customer: the kinds look. */
const LOOKED_UP = new Set(['contact', 'contract', 'order', 'product'])
const BETWEEN_TAGS = /[、,;，；\n]/
const quoted = (text: string) => `“${[...text].slice(0, 30).join('')}”`

/** Turns rows of one file into records; `head`: the fields of the whole that a row is a line of. `mayAdd`: unknown words of dictionaries and tags are collected instead of refused. */
export function converter(
  entity: Entity,
  headers: readonly string[],
  mapping: Mapping,
  mayAdd: boolean,
  head: readonly string[] = [],
) {
  const columns = columnsOf(entity, headers, mapping)
  const shape = writableFields(entity)
  const [phoneFields, emailFields] = (['phone', 'email'] as const).map((format) =>
    Object.entries(entity.fields).flatMap(([name, field]) =>
      field.kind === 'text' && field.format === format ? [name] : [],
    ),
  ) as [string[], string[]]
  /** The number of a company is not one of its people's. */
  const isOfOne = (a: string, b: string) => head.includes(a) === head.includes(b)

  return function convert(row: StoredRow, directory: Directory, actor: Actor): Converted {
    const draft: Draft = {
      raw: {},
      problems: [],
      others: { 其他电话: [], 其他邮箱: [] },
      masked: [],
      customer: null,
      refs: {},
      newItems: [],
      newTags: [],
      newCategories: [],
    }
    for (const several of columns.values()) {
      const [column] = several
      const texts = several
        .map(({ at }) => cleanText(row.cells[at] ?? ''))
        .filter((text) => text !== '' && !(column!.field.optional && isNothing(text)))
      if (texts.length > 0) readCells(draft, column!, texts, directory, actor)
    }
    spreadPhones(draft)
    for (const name of emailFields) keepFirstEmail(draft, name)
    const checked = check(shape, draft.raw, { partial: true })
    if (!checked.ok)
      for (const { field, message } of checked.errors)
        draft.problems.push(complain(message, columns.get(field.split('.', 1)[0]!)?.[0]?.header ?? null))
    const { raw: _, ...rest } = draft
    return { ...rest, id: row.id, rowNumber: row.rowNumber, values: checked.ok ? checked.value : {} }
  }

  function readCells(draft: Draft, column: Column, texts: readonly string[], directory: Directory, actor: Actor): void {
    const { field, header, name } = column
    const text = texts[0]!
    const refuse = (message: string) => void draft.problems.push(complain(message, header))
    if (isRegion(field)) {
      const code = findRegion([...texts])
      if (code === null) return refuse(`${field.label}${quoted(texts.join(' '))}无法识别,请写成省、市、区县的名称`)
      draft.raw[name] = code
    } else if (phoneFields.includes(name)) {
      if (looksMasked(text)) return void draft.masked.push(name)
      draft.raw[name] = text
    } else if (field.kind === 'dict') {
      const item = directory.item(field.dictionary, text)
      if (item?.active) draft.raw[name] = item.code
      else if (item) refuse(`${field.label}${quoted(text)}已停用`)
      else if (mayAdd && can(actor, 'dictionary.manage') && text.length <= LONGEST_LABEL)
        draft.newItems.push({ dictionary: field.dictionary as DictionaryName, label: text })
      else refuse(`${field.label}没有${quoted(text)}这一项`)
    } else if (field.kind === 'ref') readReference(draft, column, text, directory, actor)
    else {
      const reading = cellValue(field, text)
      if ('problem' in reading) refuse(reading.problem)
      else draft.raw[name] = reading.value
    }
  }

  function readReference(
    draft: Draft,
    { field, header, name }: Column,
    text: string,
    directory: Directory,
    actor: Actor,
  ): void {
    const refuse = (message: string) => void draft.problems.push(complain(message, header))
    if (field.kind !== 'ref') return
    if (field.to === 'customer') draft.customer = text
    else if (LOOKED_UP.has(field.to)) draft.refs[name] = text
    else if (field.to === 'productCategory') {
      const ids = directory.categories(text)
      if (ids.length === 1) draft.raw[name] = ids[0]
      else if (ids.length > 1) refuse(`有 ${ids.length} 个类别叫${quoted(text)},请写成“上级/下级”`)
      else if (mayAdd && can(actor, 'product.update') && isPath(namesIn(text))) draft.newCategories.push(text)
      else refuse(`${field.label}没有${quoted(text)}这一项`)
    } else if (field.to === 'tag' && isMany(field)) {
      const ids: number[] = []
      for (const part of new Set(text.split(BETWEEN_TAGS).map(cleanText).filter(Boolean))) {
        const id = directory.tag(part)
        if (id !== null) ids.push(id)
        else if (mayAdd && can(actor, 'tag.manage') && part.length <= LONGEST_TAG) draft.newTags.push(part)
        else refuse(`${field.label}没有${quoted(part)}这一项`)
      }
      draft.raw[name] = ids
    } else {
      const ids = directory.people(text)
      if (ids.length === 1) draft.raw[name] = ids[0]
      else
        refuse(
          ids.length === 0
            ? `${field.label}${quoted(text)}不是在用的操作员`
            : `有 ${ids.length} 位操作员叫${quoted(text)},请改写用户名`,
        )
    }
  }

  /** A cell with several numbers fills its own field and then the free ones after it; the rest is for the notes. */
  function spreadPhones(draft: Draft): void {
    for (const [at, name] of phoneFields.entries()) {
      const text = draft.raw[name]
      if (typeof text !== 'string') continue
      const { phones, others } = phonesIn(text)
      const [own, ...more] = phones
      if (own === undefined) continue // One wrong number: the check below says so.
      draft.raw[name] = own
      for (const phone of more) {
        const free = phoneFields
          .slice(at + 1)
          .find((next) => isOfOne(name, next) && draft.raw[next] === undefined && !draft.masked.includes(next))
        if (free) draft.raw[free] = phone
        else draft.others.其他电话.push(phone)
      }
      draft.others.其他电话.push(...others)
    }
  }
}

function keepFirstEmail(draft: Draft, name: string): void {
  const text = draft.raw[name]
  if (typeof text !== 'string') return
  const parts = text
    .normalize('NFKC')
    .split(/[;,、\s|]+/)
    .filter(Boolean)
  const [first, ...rest] = [...new Set(parts)].filter(isEmail)
  if (first === undefined || parts.length === 1) return
  draft.raw[name] = first
  draft.others.其他邮箱.push(...rest, ...parts.filter((part) => !isEmail(part)))
}
const LONGEST_LABEL = 40
/** Nobody sorts products deeper. */
const MOST_LEVELS = 6
const isPath = (names: readonly string[]) =>
  names.length <= MOST_LEVELS && names.every((name) => name !== '' && name.length <= LONGEST_LABEL)
const LONGEST_TAG = 20
