import { contracts as api } from '@crm/shared/contract/contracts'
import { expiries } from '@crm/shared/rules/contractExpiry'
import { counted, type HomeSource } from '../../../core/rows/home.ts'
import { listContracts } from './contracts.ts'

/** Contracts that run out, those that have run out apart. */
export const contractBlocks: HomeSource = {
  label: '合同到期',
  permission: 'contract.read',
  async blocks(read, actor, { owners }) {
    const { ownerId: customerOwnerId, teamId: teamOfCustomer } = owners
    const circle = { ...(customerOwnerId && { customerOwnerId }), ...(teamOfCustomer && { teamOfCustomer }) }
    const look = (query: Parameters<typeof listContracts>[2]) => listContracts(read, actor, query)
    const of = async (label: string, expiry: keyof typeof expiries) => {
      const { found: _, ...count } = await counted(api.list, '/contracts', look, {
        label,
        query: { expiry, ...circle },
      })
      return count
    }
    const soon = await of('合同到期', 'soon')
    const expired = await of(expiries.expired, 'expired')
    if (soon.count + expired.count === 0) return []
    const block = soon.count > 0 ? soon : { ...expired, label: '合同已到期' }
    const parts = soon.count > 0 && expired.count > 0 ? [expired] : []
    return [{ ...block, key: 'contracts', tone: expired.count > 0 ? 'bad' : 'warn', parts }]
  },
}
