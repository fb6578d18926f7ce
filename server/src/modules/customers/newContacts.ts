import { phoneDigits } from '@crm/shared/rules/phone'
import type { Actor } from '../../core/access/actor.ts'
import { invalidField } from '../../core/problem.ts'
import type { Tx } from '../../db/store.ts'
import { createContact } from './contacts.ts'

type NewContact = {
  readonly name: string
  readonly mobile?: string | null
  readonly jobTitle?: string | null
  readonly email?: string | null
}
/** Whom one knows at a customer that is being entered. */
export type NewContacts = {
  readonly firstContact?: NewContact | null
  readonly moreContacts?: readonly NewContact[] | null
}

const digitsOf = ({ mobile }: NewContact) => (mobile ? phoneDigits(mobile) : null)
/** As 导入 sees it: two 张伟 of one customer are two people when both have numbers and not the same one. */
function isOnePerson(a: NewContact, b: NewContact): boolean {
  const [mine, theirs] = [digitsOf(a), digitsOf(b)]
  return a.name === b.name && (mine === null || theirs === null || mine === theirs)
}

/** The contacts entered together with their customer; the first is its primary one, nobody is entered twice. */
export async function createContactsOf(
  tx: Tx,
  actor: Actor,
  customerId: number,
  { firstContact, moreContacts }: NewContacts,
): Promise<void> {
  const more = moreContacts ?? []
  for (const [index, one] of more.entries()) {
    const before = [...(firstContact ? [firstContact] : []), ...more.slice(0, index)]
    if (before.some((other) => isOnePerson(one, other)))
      throw invalidField(`moreContacts.${index}.name`, `联系人“${one.name}”填了两次`)
  }
  if (firstContact) await createContact(tx, actor, { ...firstContact, customerId, isPrimary: true })
  for (const one of more) await createContact(tx, actor, { ...one, customerId })
}
