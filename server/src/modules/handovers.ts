import type { SqlBool } from 'kysely'
import { customer } from '@crm/shared/entities/customer'
import { feedback } from '@crm/shared/entities/feedback'
import { order } from '@crm/shared/entities/order'
import { reminder } from '@crm/shared/entities/reminder'
import { team } from '@crm/shared/entities/user'
import { sql } from '../db/sql.ts'
import { type HandoverPart, memberships, ownedRows } from '../core/rows/handover.ts'
import { approvalHandover } from './system/approvals/service.ts'

const is = (condition: string) => sql<SqlBool>`${sql.raw(condition)}`

/**
 * What a leaver hands over, module by module, customers first: what hangs on a customer goes where that one went. A new kind of open
 * record with an owner gets its line here; who wrote or closed something stays as it was.
 */
export const handoverParts: readonly HandoverPart[] = [
  ownedRows({
    key: 'customers',
    label: '客户',
    unit: '家',
    entity: customer,
    column: 'ownerId',
    also: (at) => ({ receivedAt: at }),
  }),
  ownedRows({
    key: 'reminders',
    label: '未完成的提醒',
    unit: '条',
    entity: reminder,
    column: 'assigneeId',
    open: is('"reminders"."doneAt" is null'),
  }),
  ownedRows({
    key: 'feedback',
    label: '未解决的反馈',
    unit: '条',
    entity: feedback,
    column: 'handlerId',
    open: is(`"feedback"."state" in ('open', 'working')`),
  }),
  ownedRows({
    key: 'deliveries',
    label: '待交货的订单',
    unit: '张',
    entity: order,
    column: 'delivererId',
    open: is(`"orders"."state" in ('draft', 'approving', 'confirmed', 'partial')`),
  }),
  approvalHandover,
  memberships({
    key: 'collaborators',
    label: '协作的客户',
    unit: '家',
    table: 'collaborators',
    record: 'recordId',
    of: { column: 'entity', value: 'customer' },
    subject: { table: 'customers', title: 'name', owner: 'ownerId' },
    isOfCustomer: true,
  }),
  memberships({
    key: 'poolManagers',
    label: '管理的公海',
    unit: '个',
    table: 'poolManagers',
    record: 'poolId',
    subject: { table: 'pools', title: 'name' },
  }),
  memberships({
    key: 'poolMembers',
    label: '所在的公海',
    unit: '个',
    table: 'poolMembers',
    record: 'poolId',
    subject: { table: 'pools', title: 'name' },
  }),
  ownedRows({ key: 'teams', label: '负责的部门', unit: '个', entity: team, column: 'managerId' }),
]
