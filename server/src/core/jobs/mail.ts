import { createTransport } from 'nodemailer'
import type { Read, Store, Tx } from '../../db/store.ts'
import { type Deliver, put } from './outbox.ts'

export interface Mail {
  readonly userId: number
  readonly subject: string
  readonly text: string
  /** The same for every attempt, so that a mail sent twice is recognised as one: `notices-7-2026-11-22`. */
  readonly name: string
}
const KIND = 'mail'
/** A mail server that says nothing must not hold up a restart. */
const PATIENCE_MS = { connectionTimeout: 4_000, greetingTimeout: 4_000, socketTimeout: 7_000, dnsTimeout: 4_000 }

/** Sends a mail once this transaction has committed. */
export const putMail = (store: Store, tx: Tx, mail: Mail, at: string): Promise<void> => put(store, tx, KIND, mail, at)

/** `?from=` of the address of the mail server; else the account there; else crm@ that host. */
function senderOf(url: URL): string {
  const account = decodeURIComponent(url.username)
  return url.searchParams.get('from') ?? (account.includes('@') ? account : `crm@${url.hostname}`)
}

/** How the outbox delivers mail, by `CRM_SMTP_URL`. The address is read at the last moment: whoever has left gets none. */
export function mailDelivery(read: Read, smtpUrl: string): Readonly<Record<string, Deliver>> {
  const url = new URL(smtpUrl)
  const from = senderOf(url)
  url.searchParams.delete('from')
  for (const [name, ms] of Object.entries(PATIENCE_MS))
    if (!url.searchParams.has(name)) url.searchParams.set(name, String(ms))
  const transport = createTransport(url.href, { disableFileAccess: true, disableUrlAccess: true })
  const host = from.slice(from.lastIndexOf('@') + 1).replace(/[^\w.-]/g, '')
  return {
    async [KIND](payload) {
      const { name, subject, text, userId } = payload as Mail
      const person = await read
        .selectFrom('users')
        .select(['name', 'email'])
        .where('id', '=', userId)
        .where('disabled', '=', 0)
        .where('deletedAt', 'is', null)
        .executeTakeFirst()
      if (!person?.email) return
      const to = { name: person.name, address: person.email }
      await transport.sendMail({ from, to, subject, text, messageId: `<${name}@${host}>` })
    },
  }
}
