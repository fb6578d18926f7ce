import type { NoticeRow } from '@crm/shared/contract/notifications'

export interface NoticeGroup {
  readonly key: string
  /** null: about no customer, or about one that the reader may not see. */
  readonly customerId: number | null
  readonly name: string | null
  readonly items: readonly NoticeRow[]
}

/** By customer, in the order of each one's newest notice; what concerns none stands together under 其他, last. */
export function groupNotices(items: readonly NoticeRow[]): NoticeGroup[] {
  const groups = new Map<number | null, NoticeRow[]>()
  for (const item of items) {
    const of = item.customerName === null ? null : item.customerId
    groups.set(of, [...(groups.get(of) ?? []), item])
  }
  const others = groups.get(null)
  groups.delete(null)
  return [...groups, ...(others ? [[null, others] as const] : [])].map(([customerId, list]) => ({
    key: String(customerId),
    customerId,
    name: customerId === null ? null : list[0]!.customerName,
    items: list,
  }))
}
