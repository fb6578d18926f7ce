import { moveCauses, type PooledCustomer } from '@crm/shared/contract/pools'
import { customer } from '@crm/shared/entities/customer'
import type { Column } from '../../components/grid/columns'
import { EMPTY, instantText, instantTitle } from '../../core/display/display'

const { industry, level, regionCode, source } = customer.fields
export const poolFilters = { level, source, industry, regionCode }

/** 掉入原因: the rule or the words of whoever put it there. */
export const causeWords = ({ cause, note }: Pick<PooledCustomer, 'cause' | 'note'>): string =>
  cause === null ? EMPTY : note ? `${moveCauses[cause]}:${note}` : moveCauses[cause]

export function poolColumns(
  text: (row: object, key: string) => string,
  zone: string,
): readonly Column<PooledCustomer>[] {
  return [
    { key: 'name', label: '客户名称', widthPx: 200, isPinned: true, text: (row) => row.name },
    { key: 'level', label: '等级', widthPx: 76, text: (row) => text(row, 'level') },
    { key: 'source', label: '来源', widthPx: 76, text: (row) => text(row, 'source') },
    { key: 'industry', label: '行业', widthPx: 92, text: (row) => text(row, 'industry') },
    { key: 'regionCode', label: '地区', widthPx: 136, text: (row) => row.regionName ?? EMPTY },
    { key: 'lastOwner', label: '上次负责人', widthPx: 92, text: (row) => row.lastOwnerName ?? EMPTY },
    { key: 'cause', label: '掉入原因', widthPx: 176, text: causeWords },
    { key: 'phone', label: '电话', widthPx: 112, text: (row) => row.phone ?? EMPTY },
    {
      key: 'pooledAt',
      label: '进入时间',
      widthPx: 104,
      isExtra: true,
      text: (row) => instantText(row.pooledAt, new Date().toISOString(), zone),
      title: (row) => instantTitle(row.pooledAt, zone),
    },
  ]
}
