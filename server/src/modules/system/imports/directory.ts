import type { DictionaryName } from '@crm/shared/dictionaries'
import type { Actor } from '../../../core/access/actor.ts'
import { ProblemError } from '../../../core/problem.ts'
import type { Read, Store } from '../../../db/store.ts'
import { cleanText } from '@crm/shared/text'
import { createPath } from '../../catalog/service.ts'
import { tags } from '../../customers/service.ts'
import { createItem } from '../dictionaries/service.ts'
import { headerKey } from './table/header.ts'

/** What cells name by words: items of dictionaries, tags, colleagues. Blanks, case and full width do not count. */
export interface Directory {
  item(dictionary: string, text: string): { readonly code: string; readonly active: boolean } | null
  tag(name: string): number | null
  /** Categories of products of that name, or of that path: 传动件/轴承. */
  categories(name: string): readonly number[]
  /** Active colleagues of that user name or name; several may share a name. */
  people(text: string): readonly number[]
}

/** 'J 金融业' is also found as 金融业. */
const withoutLetter = (label: string) => label.replace(/^[A-Z]\s+(?=\S)/, '')

export async function readDirectory(read: Read): Promise<Directory> {
  const items = new Map<string, { code: string; active: boolean }>()
  const rows = await read
    .selectFrom('dictItems')
    .select(['dictionary', 'code', 'label', 'active'])
    .orderBy('active', 'desc')
    .orderBy('position')
    .execute()
  const keep = (dictionary: string, text: string, row: (typeof rows)[number]) => {
    const key = `${dictionary}/${headerKey(text)}`
    if (!items.has(key)) items.set(key, { code: row.code!, active: row.active === 1 })
  }
  // The whole label wins over a code, a code over part of a label.
  for (const row of rows) keep(row.dictionary, row.label, row)
  for (const row of rows) keep(row.dictionary, row.code!, row)
  for (const row of rows) keep(row.dictionary, withoutLetter(row.label), row)

  const tagIds = new Map(
    (await read.selectFrom('tags').select(['id', 'name']).where('deletedAt', 'is', null).execute()).map(
      ({ id, name }) => [headerKey(name), id],
    ),
  )

  const categories = await read
    .selectFrom('productCategories')
    .select(['id', 'name', 'parentId'])
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()
  const byId = new Map(categories.map((row) => [row.id, row]))
  const pathOf = (id: number | null): string => {
    const row = id === null ? undefined : byId.get(id)
    return row ? `${pathOf(row.parentId)}/${headerKey(row.name)}` : ''
  }
  const categoryIds = Map.groupBy(categories, ({ name }) => headerKey(name))
  const categoryPaths = new Map(categories.map(({ id }) => [pathOf(id), id]))

  const people = await read
    .selectFrom('users')
    .select(['id', 'username', 'name'])
    .where('disabled', '=', 0)
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()
  return {
    item: (dictionary, text) =>
      items.get(`${dictionary}/${headerKey(text)}`) ??
      items.get(`${dictionary}/${headerKey(withoutLetter(text))}`) ??
      null,
    tag: (name) => tagIds.get(headerKey(name)) ?? null,
    categories(text) {
      const path = categoryPaths.get(`/${namesIn(text).map(headerKey).join('/')}`)
      return path === undefined ? (categoryIds.get(headerKey(text)) ?? []).map(({ id }) => id) : [path]
    },
    people(text) {
      const key = headerKey(text)
      const byUsername = people.filter(({ username }) => headerKey(username) === key)
      return (byUsername.length > 0 ? byUsername : people.filter(({ name }) => headerKey(name) === key)).map(
        ({ id }) => id,
      )
    },
  }
}

/** 传动件/轴承, from the top down. */
export const namesIn = (path: string): string[] => path.split('/').map(cleanText)

/** Behind what the office arranged itself. */
const PLACE = { position: 1000, active: true }

/** Words that the file uses and the office does not know yet. */
export interface NewWords {
  readonly items: readonly { readonly dictionary: DictionaryName; readonly label: string }[]
  readonly tags: readonly string[]
  readonly categories: readonly string[]
}

/** Adds them, each in its own short transaction. Whatever somebody else added meanwhile is simply there. */
export async function addWords(
  store: Store,
  actor: Actor,
  { categories, items, tags: names }: NewWords,
): Promise<void> {
  const adds = [
    ...items.map(
      ({ dictionary, label }) =>
        () =>
          store.tx((tx) => createItem(tx, actor, { dictionary, label, ...PLACE })),
    ),
    ...names.map((name) => () => store.tx((tx) => tags.create(tx, actor, { name }))),
    ...categories.map((path) => () => store.tx((tx) => createPath(tx, actor, namesIn(path)))),
  ]
  for (const add of adds) {
    try {
      await add()
    } catch (error) {
      // Its rows then say that the word is not known.
      if (!(error instanceof ProblemError)) throw error
    }
  }
}
