import type { Endpoint } from '@crm/shared/kernel/endpoint'
import { shallowRef } from 'vue'
import { call } from '../../core/server/client'
import { toast } from '../../core/toast'
import { useAttempt } from '../../core/form/useAttempt'
import { useRefresh } from './useRefresh'

interface Versioned {
  readonly id: number
  readonly version: number
}
interface Verbs {
  readonly remove: Endpoint<{ params: { id: number }; query: { version: number } }, null>
  readonly restore: Endpoint<{ params: { id: number } }, unknown>
}

/** 编辑, 删除 with its 撤销, and 恢复 of one kind of rows. */
export function useRowActions<Row extends Versioned>(
  api: Verbs,
  nameOf: (row: Row) => string,
  rights: { readonly update: boolean; readonly remove: boolean },
) {
  const refresh = useRefresh()
  const { attempt, failure } = useAttempt(refresh)
  const edited = shallowRef<Row | null>(null)
  const restore = (row: Row) =>
    attempt(async () => {
      await call(api.restore, { params: { id: row.id } })
      await refresh()
      toast(`已恢复 ${nameOf(row)}`)
    })
  const remove = (row: Row) =>
    attempt(async () => {
      await call(api.remove, { params: { id: row.id }, query: { version: row.version } })
      await refresh()
      toast(`已删除 ${nameOf(row)}`, { label: '撤销', run: () => void restore(row) })
    })
  return {
    edited,
    failure,
    restore,
    remove,
    menuOf: () => [
      ...(rights.update ? [{ key: 'edit', label: '编辑' }] : []),
      ...(rights.remove ? [{ key: 'remove', label: '删除', divided: true }] : []),
    ],
    run(key: string, row: Row): void {
      failure.value = null
      if (key === 'edit') edited.value = row
      else if (key === 'remove') void remove(row)
    },
  }
}
