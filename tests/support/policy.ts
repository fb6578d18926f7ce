import { tradePolicies, type TradeSubject } from './trade/index.ts'

export { allRelations, grants, type Persona, personas, type Relation, relations } from './grants.ts'

// Who may do what, written down apart from the product, so that a change there is noticed here.

export type Subject =
  | 'pool'
  | 'pooled'
  | 'poolBatch'
  | 'interaction'
  | 'reminder'
  | 'document'
  | 'customer'
  | 'contact'
  | 'feedback'
  | TradeSubject
  | 'user'
  | 'team'
  | 'role'
  | 'tag'
  | 'announcement'
  | 'dictItem'
  | 'token'
  | 'import'
  | 'export'
  | 'merge'
  | 'duplicate'
  | 'handover'
  | 'approval'
export interface Policy {
  /** Whoever holds this instead is let to others of the kind: 403 for his own of this one, 404 for what is not his. */
  readonly elsewhere?: string
  /** null: anybody; signedIn: whoever is signed in; else a permission. */
  readonly needs: string | null
  /** The kind of row in the address (or, of a new contact, the customer it is to belong to). */
  readonly of?: Subject
  /** Which collaborators may, besides the owner's circle. Nobody unless said. */
  readonly shared?: 'read' | 'edit'
  /** Acts on a row in the recycle bin. */
  readonly recycled?: true
  /** Status when allowed. */
  readonly ok: number
}
const open = (needs: string | null, ok = 200): Policy => ({ needs, ok })
const row = (of: Subject, needs: string, rest: Partial<Policy> = {}): Policy => ({ needs, of, ok: 200, ...rest })

/** Every endpoint of the product. One that is missing here fails the suite. */
export const policies: Readonly<Record<string, Policy>> = {
  // Let in by their permission and told what is missing: signing in is tested elsewhere.
  'POST /api/auth/login': open(null, 400),
  'POST /api/auth/logout': open(null, 204),
  'GET /api/auth/me': open('signedIn'),
  'POST /api/auth/password': open('signedIn', 400),
  'GET /api/directory': open('signedIn'),
  'GET /api/search': open('signedIn'),
  'GET /api/settings': open('signedIn'),
  'PATCH /api/settings': open('setting.manage'),
  'GET /api/audit': open('audit.read'),
  'POST /api/audit/export': open('audit.read'),
  'GET /api/notifications': open('signedIn'),
  'POST /api/notifications/read': open('signedIn'),
  'GET /api/notifications/stream': open('signedIn'),
  'GET /api/notifications/switches': open('signedIn'),
  'PUT /api/notifications/switches': open('signedIn'),
  'GET /api/tokens': open('token.manage'),
  'DELETE /api/tokens/:id': row('token', 'token.manage', { ok: 204 }),

  'GET /api/customers': open('customer.read'),
  'POST /api/customers': open('customer.create', 201),
  'POST /api/customers/bulk/preview': open('customer.read'),
  // Of a token that nobody was given.
  'POST /api/customers/bulk': open('customer.read', 404),
  'POST /api/customers/check': open('customer.read'),
  'GET /api/customers/:id': row('customer', 'customer.read', { shared: 'read' }),
  'PATCH /api/customers/:id': row('customer', 'customer.update', { shared: 'edit' }),
  'DELETE /api/customers/:id': row('customer', 'customer.delete', { ok: 204 }),
  'POST /api/customers/:id/restore': row('customer', 'customer.delete', { recycled: true }),
  'POST /api/customers/:id/reveal': row('customer', 'phone.reveal', { shared: 'read' }),
  'POST /api/customers/:id/transfer': row('customer', 'customer.assign'),
  'GET /api/customers/:id/collaborators': row('customer', 'customer.read', { shared: 'read' }),
  'PUT /api/customers/:id/collaborators': row('customer', 'customer.assign'),
  'GET /api/collaboration-requests': open('customer.read'),
  // 查重 finds nothing for these words, and nobody has asked: let in and told so. More: sharing.test.ts.
  'POST /api/collaboration-requests': open('customer.read', 404),
  'POST /api/customers/:id/collaboration-requests/decide': row('customer', 'customer.update', {
    shared: 'edit',
    ok: 409,
  }),
  'GET /api/customers/:id/history': row('customer', 'customer.read', { shared: 'read' }),

  'GET /api/pools': open('pool.setup'),
  'POST /api/pools': open('pool.setup', 201),
  'GET /api/pools/:id': row('pool', 'pool.setup'),
  'PATCH /api/pools/:id': row('pool', 'pool.setup'),
  'GET /api/pools/mine': open('signedIn'),
  'GET /api/pools/:id/days': row('pool', 'pool.setup'),
  'PUT /api/pools/:id/days': row('pool', 'pool.setup'),
  'GET /api/pools/:id/customers': row('pool', 'pool.claim'),
  'GET /api/pools/:id/preview': row('pool', 'pool.manage'),
  // There is nothing to take back, and nobody has asked: let in and told so.
  'POST /api/pools/recycle': open('pool.setup', 409),
  'POST /api/customers/:id/extend/decide': row('customer', 'pool.manage', { ok: 409 }),
  'GET /api/pools/extensions': open('pool.manage'),
  'GET /api/pools/batches': open('pool.setup'),
  'POST /api/pools/batches/:id/undo': row('poolBatch', 'pool.setup'),
  'POST /api/pools/release': open('pool.release'),
  'POST /api/customers/:id/claim': row('pooled', 'pool.claim'),
  'POST /api/customers/:id/assign': row('pooled', 'customer.assign'),
  'POST /api/customers/:id/release': row('customer', 'pool.release'),
  'GET /api/customers/:id/pool': row('customer', 'customer.read', { shared: 'read' }),
  'POST /api/customers/:id/lock': row('customer', 'pool.manage'),
  'POST /api/customers/:id/extend': row('customer', 'customer.update', { shared: 'edit' }),

  'GET /api/contacts': open('contact.read'),
  'POST /api/contacts': row('customer', 'contact.create', { shared: 'edit', ok: 201 }),
  'GET /api/contacts/:id': row('contact', 'contact.read', { shared: 'read' }),
  'PATCH /api/contacts/:id': row('contact', 'contact.update', { shared: 'edit' }),
  'DELETE /api/contacts/:id': row('contact', 'contact.delete', { shared: 'edit', ok: 204 }),
  'POST /api/contacts/:id/restore': row('contact', 'contact.delete', { recycled: true }),
  'POST /api/contacts/:id/reveal': row('contact', 'phone.reveal', { shared: 'read' }),

  'GET /api/interactions': open('interaction.read'),
  'POST /api/interactions': row('customer', 'interaction.create', { shared: 'edit', ok: 201 }),
  'GET /api/interactions/:id': row('interaction', 'interaction.read', { shared: 'read' }),
  // The rows are the persona's own: whoever may write may mend what he wrote. Others' rows: interactions.test.ts.
  'PATCH /api/interactions/:id': row('interaction', 'interaction.create', { shared: 'edit' }),
  'DELETE /api/interactions/:id': row('interaction', 'interaction.create', { shared: 'edit', ok: 204 }),
  'POST /api/interactions/:id/restore': row('interaction', 'interaction.delete', { recycled: true }),
  'GET /api/interactions/:id/comments': row('interaction', 'interaction.read', { shared: 'read' }),
  'POST /api/interactions/:id/comments': row('interaction', 'interaction.comment', { shared: 'read', ok: 201 }),
  'GET /api/interactions/people': open('interaction.read'),
  'GET /api/customers/:id/timeline': row('customer', 'customer.read', { shared: 'read' }),

  'GET /api/home': open('signedIn'),
  'GET /api/settings/inactivity': open('signedIn'),
  'PUT /api/settings/inactivity': open('setting.manage'),
  'GET /api/feedback': open('feedback.read'),
  'POST /api/feedback': row('customer', 'feedback.create', { shared: 'edit', ok: 201 }),
  'GET /api/feedback/:id': row('feedback', 'feedback.read', { shared: 'read' }),
  'PATCH /api/feedback/:id': row('feedback', 'feedback.update', { shared: 'edit' }),
  'DELETE /api/feedback/:id': row('feedback', 'feedback.delete', { ok: 204 }),
  'POST /api/feedback/:id/restore': row('feedback', 'feedback.delete', { recycled: true }),
  'POST /api/feedback/:id/start': row('feedback', 'feedback.update', { shared: 'edit' }),
  'POST /api/feedback/:id/resolve': row('feedback', 'feedback.update', { shared: 'edit' }),
  'POST /api/feedback/:id/close': row('feedback', 'feedback.update', { shared: 'edit' }),
  'POST /api/feedback/:id/reopen': row('feedback', 'feedback.update', { shared: 'edit' }),

  'GET /api/documents': open('document.read'),
  'POST /api/documents': row('customer', 'document.create', { shared: 'edit', ok: 201 }),
  'GET /api/documents/:id': row('document', 'document.read', { shared: 'read' }),
  'GET /api/documents/:id/content': row('document', 'document.read', { shared: 'read' }),
  'PATCH /api/documents/:id': row('document', 'document.update', { shared: 'edit' }),
  'DELETE /api/documents/:id': row('document', 'document.delete', { shared: 'edit', ok: 204 }),
  'POST /api/documents/:id/restore': row('document', 'document.delete', { recycled: true }),

  'GET /api/users': open('user.read'),
  'POST /api/users': open('user.create', 201),
  'GET /api/users/:id': row('user', 'user.read'),
  'PATCH /api/users/:id': row('user', 'user.update'),
  'POST /api/users/:id/password': row('user', 'user.update', { ok: 204 }),
  ...managed('teams', 'team', {
    list: 'team.read',
    read: 'team.read',
    create: 'team.create',
    update: 'team.update',
    remove: 'team.delete',
  }),
  ...managed('roles', 'role', {
    list: 'role.read',
    read: 'role.read',
    create: 'role.create',
    update: 'role.update',
    remove: 'role.delete',
  }),
  ...managed('announcements', 'announcement', {
    list: 'setting.manage',
    read: 'setting.manage',
    create: 'setting.manage',
    update: 'setting.manage',
    remove: 'setting.manage',
  }),
  'GET /api/announcements/mine': open('signedIn'),
  'POST /api/announcements/read': open('signedIn'),
  ...managed('tags', 'tag', {
    list: 'signedIn',
    read: 'signedIn',
    create: 'tag.manage',
    update: 'tag.manage',
    remove: 'tag.manage',
  }),
  'GET /api/dictionaries': open('signedIn'),
  'POST /api/dictionaries': open('dictionary.manage', 201),
  'GET /api/dictionaries/:id': row('dictItem', 'signedIn'),
  'PATCH /api/dictionaries/:id': row('dictItem', 'dictionary.manage'),

  'GET /api/reminders': open('reminder.read'),
  'POST /api/reminders': open('reminder.create', 201),
  'GET /api/reminders/counts': open('reminder.read'),
  'GET /api/reminders/:id': row('reminder', 'reminder.read'),
  'PATCH /api/reminders/:id': row('reminder', 'reminder.update'),
  'DELETE /api/reminders/:id': row('reminder', 'reminder.delete', { ok: 204 }),
  'POST /api/reminders/:id/restore': row('reminder', 'reminder.delete', { recycled: true }),
  'POST /api/reminders/:id/done': row('reminder', 'reminder.update'),
  'POST /api/reminders/:id/reopen': row('reminder', 'reminder.update'),
  'POST /api/reminders/:id/snooze': row('reminder', 'reminder.update'),
  'GET /api/customers/:id/reminders': row('customer', 'customer.read', { shared: 'read' }),
  // Of an order that does not exist: let in and told so. More: reminderSubjects.test.ts.
  'GET /api/reminders/of': open('reminder.read', 404),
  'GET /api/reminders/feed': open('reminder.read'),
  'POST /api/reminders/feed': open('reminder.read'),
  'DELETE /api/reminders/feed': open('reminder.read', 204),
  'GET /api/calendar': open('reminder.read'),
  // The address is the secret; a wrong one is no address at all.
  'GET /ics/:file': open(null, 404),
  'GET /api/settings/holidays': open('signedIn'),
  'PUT /api/settings/holidays': open('setting.manage'),

  'GET /api/duplicates': open('duplicate.manage'),
  'POST /api/duplicates/run': open('duplicate.manage'),
  'POST /api/duplicates/:id/ignore': row('duplicate', 'duplicate.manage'),
  'POST /api/customers/:id/merge': row('customer', 'customer.delete'),
  'GET /api/customers/:id/merges': row('customer', 'customer.read', { shared: 'read' }),
  'POST /api/customers/merges/:id/undo': row('merge', 'customer.delete'),
  'GET /api/handovers': open('handover.manage'),
  'POST /api/handovers/preview': open('handover.manage'),
  'POST /api/handovers': open('handover.manage'),
  'GET /api/handovers/:id': row('handover', 'handover.manage'),
  'GET /api/handovers/:id/rows': row('handover', 'handover.manage'),
  'POST /api/handovers/:id/undo': row('handover', 'handover.manage'),

  'GET /api/approvals': open('signedIn'),
  // Own: the persona is asked (to withdraw: has applied). `shared` marks what whoever sets flows up may do with all of them.
  'GET /api/approvals/:id': row('approval', 'signedIn', { shared: 'read' }),
  'POST /api/approvals/:id/approve': row('approval', 'signedIn'),
  'POST /api/approvals/:id/reject': row('approval', 'signedIn'),
  'POST /api/approvals/:id/withdraw': row('approval', 'signedIn'),
  'POST /api/approvals/:id/forward': row('approval', 'signedIn'),
  'GET /api/approval-flows': open('approval.setup'),
  'GET /api/approval-flows/:subject': open('approval.setup'),
  'PUT /api/approval-flows/:subject': open('approval.setup'),
  'GET /api/settings/big-deals': open('signedIn'),
  'PUT /api/settings/big-deals': open('setting.manage'),

  'GET /api/imports': { ...open('customer.import'), elsewhere: 'receipt.import' },
  'POST /api/imports': open('customer.import', 201),
  'GET /api/imports/template.xlsx': open('customer.import'),
  'GET /api/imports/:id': row('import', 'customer.import', { elsewhere: 'receipt.import' }),
  'GET /api/imports/:id/rows': row('import', 'customer.import', { elsewhere: 'receipt.import' }),
  'GET /api/imports/:id/errors.xlsx': row('import', 'customer.import', { elsewhere: 'receipt.import' }),
  'POST /api/imports/:id/check': row('import', 'customer.import', { elsewhere: 'receipt.import' }),
  'POST /api/imports/:id/run': row('import', 'customer.import', { elsewhere: 'receipt.import' }),
  'POST /api/imports/:id/undo': row('import', 'customer.import', { elsewhere: 'receipt.import' }),

  'GET /api/exports': open('signedIn'),
  'GET /api/exports/:id': row('export', 'signedIn'),
  'POST /api/exports/:id/cancel': row('export', 'signedIn'),
  // Told that the file is not there yet.
  'GET /api/exports/:id/content': row('export', 'signedIn', { ok: 409 }),

  ...tradePolicies,
}

function managed(
  path: string,
  of: Subject,
  needs: Record<'list' | 'read' | 'create' | 'update' | 'remove', string>,
): Record<string, Policy> {
  return {
    [`GET /api/${path}`]: open(needs.list),
    [`POST /api/${path}`]: open(needs.create, 201),
    [`GET /api/${path}/:id`]: row(of, needs.read),
    [`PATCH /api/${path}/:id`]: row(of, needs.update),
    [`DELETE /api/${path}/:id`]: row(of, needs.remove, { ok: 204 }),
    [`POST /api/${path}/:id/restore`]: row(of, needs.remove, { recycled: true }),
  }
}
