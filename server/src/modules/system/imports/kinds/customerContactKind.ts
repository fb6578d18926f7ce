import { contactFieldOf, contactInFile, customerContactInFile } from '@crm/shared/contract/importFields'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import { check } from '@crm/shared/formats'
import { writableFields } from '@crm/shared/kernel/endpoint'
import { type Actor, can } from '../../../../core/access/actor.ts'
import { invalidField, problem } from '../../../../core/problem.ts'
import { storedRow } from '../../../../core/rows/rows.ts'
import type { Tx } from '../../../../db/store.ts'
import { createContact, withdrawContact, withdrawCustomer } from '../../../customers/service.ts'
import { type Complaint, complain } from '../complaints.ts'
import { digitsOf, mayBeOne, namesakes } from './contactKind.ts'
import type { Converted, Line } from '../convert.ts'
import { customerKind } from './customerKind.ts'
import type { Finding, Kind } from '../kind.ts'

type NewContact = Omit<Parameters<typeof createContact>[2], 'customerId'>
/** A row's cells as a contact; null where the row names none. */
function contactOf({ values }: Pick<Line, 'values'>): Readonly<Record<string, unknown>> | null {
  const cells = Object.entries(contactFieldOf).flatMap(([key, name]) =>
    values[key] === undefined || values[key] === null ? [] : [[name, values[key]] as const],
  )
  return cells.length === 0 ? null : Object.fromEntries(cells)
}

interface Read {
  readonly contacts: readonly NewContact[]
  readonly problems: readonly Complaint[]
}
/** Whom the rows of a customer name; nobody twice, nobody without a name. */
function readContacts(actor: Actor, { lines = [] }: Converted): Read {
  const contacts: NewContact[] = []
  const problems: Complaint[] = []
  const blame = ({ id }: Line, message: string) =>
    problems.push({ ...complain(message, null, id), field: 'contactName' })
  for (const line of lines) {
    const one = contactOf(line)
    if (!one) continue
    const twin = contacts.find(({ name }) => name === one['name'])
    if (!one['name']) blame(line, `${contactInFile.contactName.label}不能为空`)
    else if (twin && mayBeOne(digitsOf(one), digitsOf(twin as never)))
      blame(line, `联系人“${String(one['name'])}”在同一家客户里写了两次`)
    else contacts.push(one as NewContact)
  }
  if (contacts.length > 0 && !can(actor, 'contact.create')) problems.push(complain('没有新建联系人的权限'))
  return { contacts, problems }
}
const contactsIn = ({ more }: Finding) => (more ?? []) as readonly NewContact[]

/** Of several 首要联系人 the first is meant; without one the first of all is. It comes first, so that nobody has to step back for it. */
async function add(tx: Tx, actor: Actor, customerId: number, contacts: readonly NewContact[]): Promise<void> {
  const primary = contacts.find(({ isPrimary }) => isPrimary)
  const inOrder = primary ? [primary, ...contacts.filter((one) => one !== primary)] : contacts
  for (const one of inOrder) await createContact(tx, actor, { ...one, isPrimary: one === primary, customerId })
}
const versionOf = async (tx: Tx, id: number) =>
  (await storedRow(tx, customerContactInFile, id)) as { id: number; version: number }

/** 客户 with its contacts in one file: a row for each contact, its customer repeated or left empty below the first. */
export const customerContactKind: Kind = {
  ...customerKind,
  entity: customerContactInFile,

  async meet(db, actor, rows) {
    const meet = await customerKind.meet(db, actor, rows)
    const found = new Map(rows.map((row) => [row.id, readContacts(actor, row)]))
    return (row): Finding => {
      const { contacts, problems } = found.get(row.id)!
      return { ...meet(row), more: contacts, problems }
    }
  },

  async create(tx, actor, values, overrideReason, finding) {
    // Of a whole with lines only what the rows say was judged: the customer has defaults besides.
    const whole = check(writableFields(customer), values)
    if (!whole.ok) throw invalidField(whole.errors[0]!.field, whole.errors[0]!.message)
    const { id } = await customerKind.create(tx, actor, whole.value, overrideReason, finding)
    await add(tx, actor, id, contactsIn(finding))
    const { version } = await versionOf(tx, id)
    return { id, version }
  },

  /** Contacts that the customer has already stay as they are. */
  async complete(tx, actor, id, finding) {
    const asked = contactsIn(finding)
    const known = await namesakes(tx, actor, [id], [...new Set(asked.map(({ name }) => name))])
    const fresh = asked.filter(
      (one) => !known.some(({ digits, title }) => title === one.name && mayBeOne(digitsOf(one as never), digits)),
    )
    await add(tx, actor, id, fresh)
    return fresh.length
  },

  /** The contacts that came with the customer, at the same instant, go with it unless somebody touched them. */
  async withdraw(tx, actor, id) {
    const { createdAt } = (await storedRow(tx, customerContactInFile, id)) as unknown as { createdAt: string }
    const own = await tx
      .selectFrom('contacts') // unscoped: of a customer whose withdrawal asks for the right to it
      .select(['id', 'version', 'createdAt', 'deletedAt'])
      .where('customerId', '=', id)
      .orderBy('id', 'desc')
      .execute()
    if (own.some((one) => one.version !== 1 || one.createdAt !== createdAt || one.deletedAt !== null))
      return `${contact.label}之后有人改过或增减过`
    for (const one of own) {
      const kept = await withdrawContact(tx, actor, one.id)
      if (kept) throw problem('illegal_move', `${contact.label}${kept}`)
    }
    const kept = await withdrawCustomer(tx, actor, id)
    // Thrown, not said: the contacts are to stay as well.
    if (kept && own.length > 0) throw problem('illegal_move', kept)
    return kept
  },
}
