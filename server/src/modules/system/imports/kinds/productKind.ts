import { product } from '@crm/shared/entities/product'
import { isRequired } from '@crm/shared/kernel/schema'
import { can } from '../../../../core/access/actor.ts'
import type { Read, Tx } from '../../../../db/store.ts'
import { createProduct, updateProduct, withdrawProduct } from '../../../catalog/service.ts'
import { amongTexts } from '../amongTexts.ts'
import { complain } from '../complaints.ts'
import type { Existing, Finding, Kind, Repeat } from '../kind.ts'

type Values = Readonly<Record<string, unknown>>
const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
/** A product without a number is known by its name and specification. */
const wordsOf = (values: Values) => JSON.stringify([textOf(values['name']), textOf(values['spec'])])

type Known = Existing & { readonly number: string; readonly words: string }

async function known(
  db: Read | Tx,
  mayUpdate: boolean,
  by: 'number' | 'name',
  keys: readonly string[],
): Promise<Known[]> {
  if (keys.length === 0) return []
  const rows = await (db as Tx)
    .selectFrom('products')
    .select(['id', 'name', 'number', 'spec'])
    .where('deletedAt', 'is', null)
    .where(amongTexts(`products.${by}`, keys))
    .execute()
  return rows.map((row) => ({
    id: row.id,
    title: row.name,
    about: row.number,
    ownerId: null,
    mayUpdate,
    number: row.number,
    words: wordsOf(row),
  }))
}

const required = Object.entries(product.fields).filter(([, field]) => isRequired(field))

export const productKind: Kind = {
  entity: product,

  async meet(db, actor, rows) {
    const mayUpdate = can(actor, 'product.update')
    const all = (name: 'number' | 'name') => [...new Set(rows.flatMap(({ values }) => textOf(values[name]) ?? []))]
    const byNumber = new Map((await known(db, mayUpdate, 'number', all('number'))).map((row) => [row.number, row]))
    const byWords = new Map((await known(db, mayUpdate, 'name', all('name'))).map((row) => [row.words, row]))
    return ({ values }): Finding => {
      const number = textOf(values['number'])
      const same = number === null ? byWords.get(wordsOf(values)) : byNumber.get(number)
      if (!same) return {}
      return number === null ? { same, reason: '名称与规格相同' } : { same, reason: '产品编号相同', exclusive: true }
    }
  },

  memory() {
    const seen = new Map<string, number>()
    return ({ rowNumber, values }): Repeat | null => {
      const number = textOf(values['number'])
      const key = number === null ? wordsOf(values) : number
      const before = seen.get(key)
      if (before === undefined) seen.set(key, rowNumber)
      const isNumber = number !== null
      return before === undefined
        ? null
        : {
            rowNumber: before,
            reason: isNumber ? '产品编号相同' : '名称与规格相同',
            same: true,
            exclusive: isNumber,
          }
    }
  },

  refusals(actor, values, existing) {
    const costs =
      values['costFen'] === undefined || can(actor, 'product.cost')
        ? []
        : [complain(`没有填写${product.fields.costFen.label}的权限`)]
    if (existing) return costs
    const missing = required
      .filter(([name]) => values[name] === undefined)
      .map(([, field]) => complain(`${field.label}不能为空`))
    return [...(can(actor, 'product.create') ? [] : [complain('没有新建产品的权限')]), ...missing, ...costs]
  },

  create: (tx, actor, values) => createProduct(tx, actor, values as Parameters<typeof createProduct>[2]),
  update: (tx, actor, id, patch) => updateProduct(tx, actor, id, patch as Parameters<typeof updateProduct>[3]),
  withdraw: withdrawProduct,
}
