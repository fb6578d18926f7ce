import { contract, type contractStates } from '@crm/shared/entities/contract'
import { formatYuan } from '@crm/shared/money'
import { sql } from '../../../db/sql.ts'
import { visible } from '../../../core/access/scope.ts'
import { olderThan, timelineSource } from '../../../core/rows/timeline.ts'

const WORDS: Readonly<Record<string, string>> = {
  create: '新建合同',
  submit: '提交合同',
  approved: '合同审批通过',
  refused: '合同审批被驳回',
  sign: '签订合同',
  change: '提出合同变更',
  changed: '合同变更生效',
  refuseChange: '合同变更未通过',
  complete: '合同完成',
  archive: '合同归档',
  void: '作废合同',
}
interface Line {
  readonly id: number
  readonly at: string
  readonly actorName: string
  readonly action: string
  readonly note: string | null
  readonly after: string
}
type Facts = {
  number: string
  title: string
  amountFen: number
  state: keyof typeof contractStates
  voidReason: string | null
}

/** What became of the customer's contracts, step by step, from the audit log. */
export const contractsOfCustomer = timelineSource({
  name: 'contract',
  kind: 'contract',
  permission: 'contract.read',
  async rows(read, actor, customerId, { before, size }) {
    const actions = sql.join(Object.keys(WORDS).map((action) => sql.lit(action)))
    const { rows } = await sql<Line>`select id, at, ${sql.ref('actorName')}, action, note, ${sql.ref('after')}
      from ${sql.table('auditLog')} where entity = 'contract' and action in (${actions})
      and ${sql.ref('recordId')} in (select id from ${sql.table('contracts')}
        where ${sql.ref('contracts.customerId')} = ${customerId} and ${sql.ref('contracts.deletedAt')} is null
          and ${visible(actor, contract, 'contract.read')})
      and ${olderThan('auditLog.at', 'auditLog.id', before)} order by at desc, id desc limit ${sql.lit(size)}`.execute(
      read as never,
    )
    return rows
  },
  tell({ action, actorName, after, at, note }) {
    const { amountFen, number, title, voidReason } = JSON.parse(after) as Facts
    const why = action === 'void' ? voidReason : note
    return {
      at,
      actorName,
      title: `${WORDS[action]!} ${number}`,
      text: `${title},${formatYuan(amountFen)} 元${why ? `\n原因:${why}` : ''}`,
    }
  },
})
