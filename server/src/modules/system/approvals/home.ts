import { approvals as api, type ApprovalRow } from '@crm/shared/contract/approvals'
import { counted, type HomeSource } from '../../../core/rows/home.ts'
import { listApprovals } from './queries.ts'

const SHOWN = 6

/** What waits for one's own word; nobody decides for a colleague. */
export const approvalBlocks: HomeSource = {
  label: '待我审批',
  permission: null,
  async blocks(read, actor, { circle }) {
    if (circle !== 'me') return []
    const { found, ...block } = await counted<ApprovalRow>(
      api.list,
      '/approvals',
      ({ size = 50, ...query }) => listApprovals(read, actor, { ...query, size: Math.max(1, size) }),
      { label: '待我审批', query: {}, size: SHOWN },
    )
    return block.count === 0
      ? []
      : [{ ...block, key: 'approvals', tone: 'warn', rows: { of: 'approval', items: found } }]
  },
}
