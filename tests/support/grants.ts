import type { Reach } from '@crm/shared/permissions'

// Who may do what, written down apart from the product, so that a change there is noticed here.

/** Sign in as these; `stranger` is not signed in, `both` is 财务 and 业务员 at once. */
export type Persona = 'stranger' | 'admin' | 'head1' | 'sales1' | 'finance' | 'nobody' | 'both'
export const personas: readonly Persona[] = ['stranger', 'admin', 'head1', 'sales1', 'finance', 'nobody', 'both']

/** What a customer (and its contacts) is to the persona. */
export const relations = {
  own: '自己的',
  team: '同部门同事的',
  subtree: '下级部门的',
  foreign: '别的部门的',
  read: '别人的,但我是只读协作人',
  edit: '别人的,但我是可编辑协作人',
  orphan: '没有负责人的',
  deleted: '自己的、在回收站里',
  deletedForeign: '别的部门的、在回收站里',
  absent: '不存在的',
} as const
export type Relation = keyof typeof relations
export const allRelations = Object.keys(relations) as Relation[]

export const GONE: readonly Relation[] = ['deleted', 'deletedForeign', 'absent']
/** Whose rows a reach covers; of the recycle bin as well as of the live ones. */
export const covered: Readonly<Record<Reach, readonly Relation[]>> = {
  own: ['own', 'deleted'],
  team: ['own', 'team', 'deleted'],
  subtree: ['own', 'team', 'subtree', 'deleted'],
  all: ['own', 'team', 'subtree', 'foreign', 'read', 'edit', 'orphan', 'deleted', 'deletedForeign'],
}

const seller = ['customer.read', 'customer.create', 'customer.update', 'phone.reveal']
const people = ['contact.read', 'contact.create', 'contact.update', 'contact.delete']
const followUp = ['interaction.read', 'interaction.create', 'interaction.comment']
const followUpBoss = ['interaction.update', 'interaction.delete']
const todo = ['reminder.read', 'reminder.create', 'reminder.update', 'reminder.delete']
const claiming = ['pool.claim', 'pool.release']
const heard = ['feedback.read', 'feedback.create', 'feedback.update']
const boss = [
  'pool.manage',
  'feedback.delete',
  'customer.delete',
  'customer.assign',
  'customer.import',
  'customer.export',
  'duplicate.override',
  'duplicate.manage',
  'phone.read',
]
const organisation = ['user', 'team', 'role'].flatMap((n) => ['read', 'create', 'update'].map((verb) => `${n}.${verb}`))
const system = [
  'history.import',
  'tag.manage',
  'dictionary.manage',
  'setting.manage',
  'audit.read',
  'token.manage',
  'handover.manage',
  'pool.setup',
]
const files = ['read', 'create', 'update', 'delete'].map((verb) => `document.${verb}`)
const verbs = (name: string, ...of: string[]) => of.map((verb) => `${name}.${verb}`)
const quoting = verbs('quote', 'read', 'create', 'update', 'delete')
const ordering = [...verbs('order', 'read', 'create', 'update', 'delete'), ...verbs('delivery', 'read', 'create')]
const contracting = verbs('contract', 'read', 'create', 'update', 'delete')
const tradingBoss = [
  ...verbs('order', 'void', 'import'),
  'delivery.void',
  ...verbs('contract', 'sign', 'void', 'import', 'template'),
]
const selling = ['product.read', ...quoting, ...ordering, ...contracting]
const asking = [
  ...verbs('receivable', 'read', 'update'),
  ...verbs('receipt', 'read', 'create'),
  ...verbs('invoice', 'read', 'create'),
  ...verbs('expense', 'read', 'create'),
]
const cashier = [
  'receivable.writeOff',
  ...verbs('receipt', 'confirm', 'void', 'import'),
  'invoice.approve',
  'expense.pay',
  'credit.manage',
]
const goods = verbs('product', 'create', 'update', 'delete', 'import')
const at = (reach: Reach, names: readonly string[]): Readonly<Record<string, Reach>> =>
  Object.fromEntries(names.map((name) => [name, reach]))
const sales = at('own', [
  ...claiming,
  ...files,
  ...seller,
  ...people,
  ...heard,
  ...followUp,
  ...todo,
  ...selling,
  ...asking,
])
const money = at('all', [
  ...asking,
  ...cashier,
  ...verbs('product', 'read', 'cost'),
  'quote.read',
  'order.read',
  'delivery.read',
  'contract.read',
  'document.read',
  'document.create',
  'customer.read',
  'contact.read',
  'interaction.read',
  'interaction.comment',
  ...todo,
  'phone.reveal',
])

/** permission -> how far; what is not written is not held. */
export const grants: Readonly<Record<Exclude<Persona, 'stranger'>, Readonly<Record<string, Reach>>>> = {
  admin: at('all', [
    ...claiming,
    ...files,
    ...seller,
    ...people,
    ...heard,
    ...followUp,
    ...todo,
    ...boss,
    ...followUpBoss,
    ...organisation,
    ...system,
    ...selling,
    ...asking,
    ...tradingBoss,
    ...cashier,
    ...goods,
    'product.cost',
    'approval.setup',
    'team.delete',
    'role.delete',
  ]),
  head1: at('subtree', [
    ...claiming,
    ...files,
    ...seller,
    ...people,
    ...heard,
    ...followUp,
    ...todo,
    ...boss,
    ...followUpBoss,
    ...selling,
    ...asking,
    ...tradingBoss,
    'product.cost',
    'user.read',
    'team.read',
    'tag.manage',
  ]),
  sales1: sales,
  finance: money,
  nobody: {},
  both: { ...sales, ...money },
}
