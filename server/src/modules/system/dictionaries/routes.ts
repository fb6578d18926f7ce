import { dictionaries } from '@crm/shared/contract/system'
import { dictItem } from '@crm/shared/entities/base'
import type { Router } from '../../../core/http/bind.ts'
import { containing } from '../../../core/rows/wordSearch.ts'
import { createItem, dictItems, updateItem } from './service.ts'

export function dictionaryRoutes(routes: Router): void {
  routes.read(dictionaries.list, (read, { actor, heavy, query }) =>
    dictItems.list(read, actor, query, { heavy, where: containing(dictItem, ['label', 'code'], query.q) }),
  )
  routes.read(dictionaries.get, (read, { actor, params }) => dictItems.find(read, actor, params.id))
  routes.write(dictionaries.create, (tx, { actor, body }) => createItem(tx, actor, body))
  routes.write(dictionaries.update, (tx, { actor, body, params }) => updateItem(tx, actor, params.id, body))
}
