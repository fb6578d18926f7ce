import { dictionaries, type DictionaryName } from '@crm/shared/dictionaries'
import { dictItem } from '@crm/shared/entities/base'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField, notFound, problem } from '../../../core/problem.ts'
import type { Words } from '../../../core/exports/exportColumns.ts'
import type { Read, Tx } from '../../../db/store.ts'

export const dictItems = crud(dictItem, 'dictionary.manage')
type Row = RowOf<typeof dictItem>

const CODE = /^[\w-]{1,40}$/
const STEP = 10

const itemsOf = (tx: Tx, dictionary: DictionaryName) =>
  tx.selectFrom('dictItems').select(['id', 'code', 'label']).where('dictionary', '=', dictionary).execute()

function refuseTaken(
  items: readonly { id: number; code: string | null; label: string }[],
  field: 'code' | 'label',
  value: string,
  exceptId = 0,
): void {
  if (!items.some((item) => item[field] === value && item.id !== exceptId)) return
  const message = `${dictItem.fields[field].label}“${value}”已被使用`
  throw problem('taken', message, { errors: [{ field, message }] })
}

/** `d1`, `d2`, … : codes are for programs, people read the name. */
function freeCode(items: readonly { code: string | null }[]): string {
  const numbers = items.map((item) => Number(/^d(\d{1,9})$/.exec(item.code ?? '')?.[1] ?? 0))
  return `d${Math.max(0, ...numbers) + 1}`
}

export async function createItem(tx: Tx, actor: Actor, body: CreateOf<typeof dictItem>): Promise<Row> {
  const items = await itemsOf(tx, body.dictionary)
  const code = body.code ?? freeCode(items)
  if (!CODE.test(code)) throw invalidField('code', '代码只能用字母、数字、_ 和 -')
  refuseTaken(items, 'code', code)
  refuseTaken(items, 'label', body.label)
  return dictItems.create(tx, actor, { ...body, code })
}

/** Name, order and whether it is offered; what rows refer to stays what it was. */
export async function updateItem(tx: Tx, actor: Actor, id: number, body: UpdateOf<typeof dictItem>): Promise<Row> {
  const before = await tx
    .selectFrom('dictItems')
    .select(['dictionary', 'code', 'label'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!before) throw notFound(dictItem.label)
  for (const key of ['dictionary', 'code'] as const)
    if (body[key] !== undefined && body[key] !== before[key])
      throw invalidField(key, `${dictItem.fields[key].label}建立后不能修改`)
  if (body.label !== undefined) refuseTaken(await itemsOf(tx, before.dictionary), 'label', body.label, id)
  return dictItems.update(tx, actor, id, body)
}

/** What codes are called, for files that leave the house. */
export const wordsIn =
  (zone: string) =>
  async (read: Read): Promise<Words> => {
    const rows = await read.selectFrom('dictItems').select(['dictionary', 'code', 'label']).execute()
    const labels = new Map(rows.map((row) => [`${row.dictionary}/${row.code}`, row.label]))
    return { zone, label: (dictionary, code) => labels.get(`${dictionary}/${code}`) ?? code }
  }

/** What a new installation starts with. */
export async function seedDictionaries(tx: Tx, actor: Actor): Promise<void> {
  for (const [dictionary, { items }] of Object.entries(dictionaries)) {
    for (const [at, [code, label]] of Object.entries(items).entries())
      await dictItems.create(tx, actor, {
        dictionary: dictionary as DictionaryName,
        code,
        label,
        position: (at + 1) * STEP,
        active: true,
      })
  }
}
