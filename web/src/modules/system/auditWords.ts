import type { AuditEntry } from '@crm/shared/contract/system'
import { recorded } from '@crm/shared/contract/auditWords'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What the record was called then: 平安银行股份有限公司. */
export function titleOf({ entity, before, after }: Pick<AuditEntry, 'entity' | 'before' | 'after'>): string {
  const key = recorded[entity]?.title ?? 'name'
  return textOf(after?.[key]) || textOf(before?.[key])
}

const GONE = new Set(['remove', 'withdraw', 'drop', 'purge'])
/** Where the record can be seen; null when it is gone or has no page of its own. */
export function recordPath({ entity, recordId, action, before, after }: AuditEntry): string | null {
  if (recordId === null || GONE.has(action)) return null
  const row = after ?? before ?? {}
  switch (entity) {
    case 'customer':
      return `/customers/${recordId}`
    case 'contact':
    case 'document':
      return typeof row['customerId'] === 'number' ? `/customers/${row['customerId']}` : null
    case 'contract':
      return `/contracts/${recordId}`
    case 'contractTemplate':
      return '/settings/contract-templates'
    case 'user':
    case 'signIn':
      return `/settings/users?edit=${recordId}`
    case 'team':
      return '/settings/teams'
    case 'role':
      return `/settings/roles/${recordId}`
    case 'dictItem':
      return `/settings/dictionaries?d=${textOf(row['dictionary'])}`
    case 'import':
      return `/imports/${recordId}`
    default:
      return null
  }
}
