import type { InjectOptions } from 'fastify'
import type { TestApp } from './app.ts'
import { uploadOf } from './documents.ts'
import { addressOf } from './endpoints.ts'
import type { Row } from './subjects.ts'
import { tradeBodies, tradePolicies } from './trade/index.ts'

type Body = (row: Row, app: TestApp, n: number) => object

/** For each endpoint that takes a body one it accepts. */
const bodies: Readonly<Record<string, Body>> = {
  // Let in, and told what is missing: signing in has tests of its own, and hashing takes its time.
  'POST /api/auth/login': () => ({}),
  'POST /api/auth/password': () => ({}),
  'PATCH /api/settings': (_row, _app, n) => ({ company: `公司${n}` }),
  'POST /api/customers': (_row, _app, n) => ({ name: `新客户${n}号` }),
  'POST /api/customers/bulk/preview': () => ({ verb: 'status', ids: [999_999_999] }),
  'POST /api/customers/bulk': () => ({ token: 'nobody-was-given-this-one', status: 'active' }),
  'POST /api/customers/check': () => ({ name: '随便看看' }),
  'POST /api/collaboration-requests': () => ({ name: '没有这家', match: '没有这家', reason: '我在联系他们' }),
  'POST /api/customers/:id/collaboration-requests/decide': (_row, { ids }) => ({
    userId: ids.users.sales2,
    answer: 'read',
  }),
  'PATCH /api/customers/:id': (row) => ({ version: row.version, notes: '改过' }),
  'POST /api/customers/:id/reveal': () => ({ field: 'phone' }),
  'POST /api/customers/:id/transfer': (row, { ids }) => ({ version: row.version, ownerId: ids.users.sales1b }),
  'PUT /api/customers/:id/collaborators': (_row, { ids }) => ({
    items: [{ userId: ids.users.finance, access: 'read' }],
  }),
  // The pool of everybody that makeSubjects founds first.
  'POST /api/pools': (_row, _app, n) => ({ name: `新公海${n}`, memberIds: [] }),
  'PATCH /api/pools/:id': (row) => ({ version: row.version, remindDays: 5 }),
  'PUT /api/pools/:id/days': () => ({ items: [{ level: 'A', followUpDays: 3000 }] }),
  'POST /api/pools/release': () => ({ poolId: 1, reason: '清理', ids: [999_999_999] }),
  'POST /api/customers/:id/release': () => ({ poolId: 1, reason: '跟不动了' }),
  'POST /api/customers/:id/assign': (_row, { ids }) => ({ ownerId: ids.users.sales1b }),
  'POST /api/customers/:id/lock': () => ({ locked: true }),
  'POST /api/customers/:id/extend': () => ({ days: 5, reason: '等预算' }),
  'POST /api/customers/:id/extend/decide': () => ({ grant: true }),
  'POST /api/contacts': (row, _app, n) => ({ customerId: row.id, name: `新联系人${n}` }),
  'PATCH /api/contacts/:id': (row) => ({ version: row.version, jobTitle: '改过' }),
  'POST /api/contacts/:id/reveal': () => ({ field: 'mobile' }),
  'POST /api/users': (_row, _app, n) => ({ username: `new${n}`, name: '新人', password: '新同事密码-2026' }),
  'PATCH /api/users/:id': (row) => ({ version: row.version, email: 'a@b.cn' }),
  'POST /api/users/:id/password': () => ({ password: '重置的密码-2026' }),
  'POST /api/teams': (_row, _app, n) => ({ name: `新部门${n}` }),
  'PATCH /api/teams/:id': (row, _app, n) => ({ version: row.version, name: `改名部门${n}` }),
  'POST /api/roles': (_row, _app, n) => ({ name: `新角色${n}` }),
  'PATCH /api/roles/:id': (row) => ({ version: row.version, note: '改过' }),
  'POST /api/announcements': (_row, _app, n) => ({ title: `新公告${n}`, body: '周五下午停电' }),
  'PATCH /api/announcements/:id': (row) => ({ version: row.version, title: '改过' }),
  'POST /api/announcements/read': () => ({ ids: [999_999_999] }),
  'POST /api/tags': (_row, _app, n) => ({ name: `新标签${n}` }),
  'PATCH /api/tags/:id': (row) => ({ version: row.version, color: '#00ff00' }),
  'POST /api/dictionaries': (_row, _app, n) => ({ dictionary: 'industry', label: `新行业${n}` }),
  'PATCH /api/dictionaries/:id': (row) => ({ version: row.version, position: 7 }),
  'POST /api/reminders': (_row, _app, n) => ({ title: `新提醒${n}`, dueAt: '2026-11-23T01:00:00.000Z' }),
  'PATCH /api/reminders/:id': (row) => ({ version: row.version, notes: '改过' }),
  'POST /api/reminders/:id/snooze': () => ({ preset: 'tomorrow' }),
  'PUT /api/settings/holidays': () => ({ year: 2027, days: [{ day: '2027-01-01', kind: 'rest', name: '元旦' }] }),
  'POST /api/imports/:id/check': () => ({}),
  'POST /api/duplicates/:id/ignore': () => ({}),
  'POST /api/customers/:id/merge': (row) => ({
    version: row.version,
    otherId: row.otherId ?? 999_999_998,
    otherVersion: 1,
  }),
  'POST /api/handovers/preview': (_row, { ids }) => ({ fromUserId: ids.users.finance }),
  'POST /api/handovers': (_row, { ids }) => ({ fromUserId: ids.users.finance, toUserId: ids.users.sales1b }),
  'POST /api/approvals/:id/approve': () => ({}),
  'POST /api/approvals/:id/reject': () => ({ reason: '价格不对' }),
  'POST /api/approvals/:id/withdraw': () => ({}),
  'POST /api/approvals/:id/forward': (_row, { ids }) => ({ userId: ids.users.sub1, note: '请你看看' }),
  'PUT /api/approval-flows/:subject': (_row, _app, n) => ({ minAmountFen: n, steps: [] }),
  'PUT /api/settings/big-deals': (_row, _app, n) => ({ items: [{ amountFen: n }] }),
  'PATCH /api/documents/:id': (row, _app, n) => ({ version: row.version, name: `改名${n}.txt` }),
  'POST /api/notifications/read': () => ({ all: true }),
  'PUT /api/notifications/switches': () => ({ items: [{ kind: 'pool', site: true, desktop: false, mail: false }] }),
  'POST /api/interactions': (row, _app, n) => ({ customerId: row.id, kind: 'call', text: `谈了第${n}次` }),
  'PATCH /api/interactions/:id': (row) => ({ version: row.version, text: '改过' }),
  'POST /api/interactions/:id/comments': (_row, _app, n) => ({ text: `批示${n}` }),
  'PUT /api/settings/inactivity': (_row, _app, n) => ({ items: [{ ownerDays: (n % 300) + 1 }] }),
  'POST /api/feedback': (row, _app, n) => ({ customerId: row.id, words: `送货晚了${n}天`, occurredOn: '2026-11-20' }),
  'PATCH /api/feedback/:id': (row) => ({ version: row.version, severity: 'serious' }),
  'POST /api/feedback/:id/start': (row) => ({ version: row.version }),
  'POST /api/feedback/:id/resolve': (row) => ({ version: row.version, result: '已补送' }),
  'POST /api/feedback/:id/close': (row) => ({ version: row.version }),
  'POST /api/feedback/:id/reopen': (row) => ({ version: row.version }),
  ...tradeBodies,
}
const queries: Readonly<Record<string, string>> = {
  'GET /api/calendar': '?from=2026-11-01&to=2026-11-30',
  'GET /api/interactions/people': '?followedAtFrom=2026-11-21T16:00:00.000Z&followedAtTo=2026-11-22T16:00:00.000Z',
  'GET /api/search': '?q=客户',
  'GET /api/reminders/of': '?subjectType=order&subjectId=999999999',
  'GET /api/imports/template.xlsx': '?entity=customer',
  'GET /api/customers/:id/statement': '?from=2026-11-01&to=2026-11-30',
}
const VERSIONED = new Set([
  ...[
    'reminders',
    'interactions',
    'documents',
    'feedback',
    'customers',
    'contacts',
    'teams',
    'roles',
    'tags',
    'announcements',
  ].map((path) => `DELETE /api/${path}/:id`),
  ...Object.keys(tradePolicies).filter((name) => name.startsWith('DELETE ')),
])

const BOUNDARY = 'test-boundary'
function upload(n: number): Pick<InjectOptions, 'payload' | 'headers'> {
  const part = (facts: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${facts}\r\n\r\n${value}\r\n`
  const file = part('name="file"; filename="a.csv"', `客户名称\n导入客户${n}`)
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    payload: `${part('name="entity"', 'customer')}${file}--${BOUNDARY}--\r\n`,
  }
}

let count = 0
/** A request to the endpoint that its owner would be granted; another one at each call. */
export function requestTo(name: string, row: Row, app: TestApp): InjectOptions {
  const [method, path] = name.split(' ') as ['GET', string]
  const query = VERSIONED.has(name) ? `?version=${row.version}` : (queries[name] ?? '')
  const url = encodeURI(addressOf(path, row.id) + query)
  if (name === 'POST /api/documents') return uploadOf(`第${++count}个文件`, { customer: row.id })
  const body = bodies[name]?.(row, app, ++count)
  return { method, url, ...(body && { payload: body }), ...(name === 'POST /api/imports' && upload(++count)) }
}
