import { customers } from '@crm/shared/contract/customers'
import { type LeavingCustomer, type PoolShown, pools } from '@crm/shared/contract/pools'
import { type Hold, holdKinds } from '@crm/shared/entities/pool'
import { ruleWords } from '@crm/shared/rules/recycling'
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed } from 'vue'
import { call } from '../../core/server/client'

export const MINE = ['pools', 'mine']
export const standingKey = (id: number) => ['pools', 'standing', id]
export const customersPath = (id: number) => `/api/pools/${id}/customers`

/** The pools one may look into, with what may still be claimed. */
export function useMyPools() {
  const query = useQuery({ key: MINE, query: ({ signal }) => call(pools.mine, {}, { signal }), staleTime: 5_000 })
  return { query, items: computed<readonly PoolShown[]>(() => query.data.value?.items ?? []) }
}

/** After anything changed hands: quotas, pools, the customers' own lists and pages. */
export function useRefreshPools() {
  const cache = useQueryCache()
  return (poolId?: number) =>
    Promise.all(
      [
        ['pools'],
        ...(poolId === undefined ? [] : [['list', customersPath(poolId)]]),
        ['list', customers.list.path],
        ['customer'],
        ['customerHistory'],
      ].map((key) => cache.invalidateQueries({ key })),
    )
}

/** 还可领取 38 家, 今日 3/10. */
export function quotaWords({ claimPerDay, claimedToday, left }: PoolShown): string {
  const today = claimPerDay === null ? `今日已领 ${claimedToday}` : `今日 ${claimedToday}/${claimPerDay}`
  return left === null ? today : `还可领取 ${left} 家,${today}`
}
export const reasonWords = ({ rule, ruleDays }: Pick<LeavingCustomer, 'rule' | 'ruleDays'>): string =>
  ruleWords(rule, ruleDays)
/** 有履行中的合同(至 2026-12-31) */
export const holdWords = ({ kind, until }: Hold): string => `${holdKinds[kind]}${until === null ? '' : `(至 ${until})`}`
