import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { snapshot, storedRow } from '../../core/rows/rows.ts'
import type { Tx } from '../../db/store.ts'
import { contacts, promoteOne } from './contacts.ts'
import { customers } from './customers.ts'
import { eraseContact, eraseCustomer } from './erase.ts'

// Taking back what an import made a moment ago leaves no trace in the recycle bin: there it would block, as a duplicate, the
// mended file that is imported next. What else hangs on the row keeps it, by the rules below or by its foreign key.

/** What was built on a customer besides: erasing would take it along, money first of all. */
const BUILT = [
  { said: '已有订单或交货', tables: ['orders', 'deliveries'] },
  { said: '已有合同', tables: ['contracts'] },
  { said: '已有回款、应收或发票', tables: ['receipts', 'receivables', 'invoices'] },
  { said: '已有报价', tables: ['quotes'] },
  { said: '已有费用报销', tables: ['expenses'] },
  { said: '已有客户反馈', tables: ['feedback'] },
  { said: '已有提醒', tables: ['reminders'] },
  { said: '已有产品价格或用量', tables: ['productPrices', 'priceMoves', 'productUses'] },
] as const

/** Removes a customer nobody has built upon; says in words what keeps it. The complete row stays in the audit log. */
export async function withdrawCustomer(tx: Tx, actor: Actor, id: number): Promise<string | null> {
  await customers.reach(tx, actor, id, 'customer.delete')
  // unscoped: of a customer the actor has just been let to
  if (await tx.selectFrom('contacts').select('id').where('customerId', '=', id).limit(1).executeTakeFirst())
    return '已有联系人'
  // unscoped: of a customer the actor has just been let to
  if (await tx.selectFrom('interactions').select('id').where('customerId', '=', id).limit(1).executeTakeFirst())
    return '已有跟进记录'
  if (
    await tx
      .selectFrom('collaborators')
      .select('userId')
      .where('entity', '=', 'customer')
      .where('recordId', '=', id)
      .limit(1)
      .executeTakeFirst()
  )
    return '已设协作人'
  // unscoped: of a customer the actor has just been let to
  if (await tx.selectFrom('documents').select('id').where('customerId', '=', id).limit(1).executeTakeFirst())
    return '已有文档'
  for (const { said, tables } of BUILT)
    for (const table of tables)
      // unscoped: of a customer the actor has just been let to
      if (await tx.selectFrom(table).select('id').where('customerId', '=', id).limit(1).executeTakeFirst()) return said
  const before = (await storedRow(tx, customer, id))!
  await eraseCustomer(tx, id)
  await audit(tx, actor, {
    entity: 'customer',
    recordId: id,
    action: 'withdraw',
    before: snapshot(customer, before, before),
    note: '撤销导入',
  })
  return null
}

export async function withdrawContact(tx: Tx, actor: Actor, id: number): Promise<string | null> {
  await contacts.reach(tx, actor, id, 'contact.delete')
  const hung = await tx
    .selectFrom('documents') // unscoped: of a contact the actor has just been let to
    .select('id')
    .where('subjectType', '=', 'contact')
    .where('subjectId', '=', id)
    .limit(1)
    .executeTakeFirst()
  if (hung) return '已有文档'
  const before = (await storedRow(tx, contact, id))!
  await eraseContact(tx, id)
  await promoteOne(tx, actor, before['customerId'] as number)
  await audit(tx, actor, {
    entity: 'contact',
    recordId: id,
    action: 'withdraw',
    before: snapshot(contact, before),
    note: '撤销导入',
  })
  return null
}
