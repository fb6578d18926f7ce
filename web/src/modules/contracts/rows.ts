import type { Contract, ContractChangeLine, ContractDetail, RevisionState } from '@crm/shared/contract/contracts'
import { contract, type ContractState } from '@crm/shared/entities/contract'
import { instant, option, ref } from '@crm/shared/kernel/field'
import { expiries } from '@crm/shared/rules/contractExpiry'
import { isContractEffective } from '@crm/shared/rules/contractMoves'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'

export type { Contract, ContractDetail }
type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'primary'
export const stateTones: Readonly<Record<ContractState, Tone>> = {
  draft: 'info',
  approving: 'warn',
  pending: 'warn',
  active: 'primary',
  completed: 'ok',
  archived: 'info',
  void: 'bad',
}
export const revisionTones: Readonly<Record<RevisionState, Tone>> = {
  proposed: 'warn',
  inForce: 'ok',
  superseded: 'info',
  refused: 'bad',
}

/** As the server says that there was no value. */
export const NOTHING = '—'
const SHORT_CHARS = 60
/** Compared line by line; the other changes read as one line. */
export const isLongText = ({ after, before, field }: ContractChangeLine): boolean =>
  field === 'body' || field === 'notes' || before.length + after.length > SHORT_CHARS

export const contractPath = ({ id }: Pick<Contract, 'id'>) => `/contracts/${id}`
export const contractFilters = {
  ...contract.fields,
  expiry: option(expiries, { label: '到期', filter: true }),
  customerOwnerId: ref('user', { label: '客户负责人' }),
  teamOfCustomer: ref('team', { label: '客户所属部门' }),
  createdAt: instant({ label: '新建时间' }),
  updatedAt: instant({ label: '更新时间' }),
}

/** 回款 of a contract, `62%(2/3 期)`; nothing where the reader may not know, or where it does not count. */
export function receivedText({ amountFen, instalments, receivedFen, state }: Contract): string {
  if (receivedFen === null || receivedFen === undefined || amountFen === 0 || !isContractEffective(state))
    return NOTHING
  const share = `${Math.floor((receivedFen * 100) / amountFen)}%`
  return instalments && instalments.all > 0 ? `${share}(${instalments.settled}/${instalments.all} 期)` : share
}

export function contractColumns(plain: ColumnOf<Contract>): Column<Contract>[] {
  return [
    plain('number', '合同号', 128, { sort: 'number', isPinned: true, to: contractPath }),
    plain('title', '合同名称', 184, { to: contractPath }),
    plain('customerId', '客户', 192, { to: (row) => `/customers/${row.customerId}` }),
    plain('amountFen', '金额(元)', 112, { sort: 'amountFen' }),
    plain('state', '状态', 136),
    plain('signedOn', '签订', 96, { sort: 'signedOn' }),
    plain('endOn', '到期', 96, { sort: 'endOn' }),
    { key: 'receivedFen', label: '回款', widthPx: 112, text: receivedText, isNumber: true },
    plain('ownerId', '业务员', 80),
    plain('type', '类型', 88, { isExtra: true }),
    plain('startOn', '开始日期', 96, { sort: 'startOn', isExtra: true }),
    plain('teamId', '部门', 88, { isExtra: true }),
    plain('revision', '版次', 64, { isExtra: true }),
    plain('createdAt', '新建时间', 104, { sort: 'createdAt', isExtra: true }),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt', isExtra: true }),
  ]
}
export const contractViews = (canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'soon', label: '即将到期', fixed: { expiry: 'soon' } },
  { key: 'expired', label: '已到期', fixed: { expiry: 'expired' } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
