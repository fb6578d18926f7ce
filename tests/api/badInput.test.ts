import type { InjectOptions } from 'fastify'
import type { Node, Shape } from '@crm/shared/kernel/schema'
import { isMany, type Field } from '@crm/shared/kernel/field'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { dumpOf } from '../support/dump.ts'
import { type AnyEndpoint, nameOf, promised } from '../support/endpoints.ts'
import { policies } from '../support/policy.ts'
import { requestTo } from '../support/requests.ts'
import { makeSubjects, type Row, type Subjects } from '../support/subjects.ts'

let app: TestApp
let subjects: Subjects
/** One row of each kind that the administrator may do everything with. */
const rows = new Map<string, Row>()
beforeAll(async () => {
  app = await openTestApp()
  subjects = await makeSubjects(app)
  for (const endpoint of promised) {
    const name = nameOf(endpoint)
    const { of, recycled } = policies[name]!
    if (of) rows.set(name, await subjects.make('admin', of, recycled ? 'deleted' : 'own'))
  }
})
afterAll(() => app.close())

const request = (endpoint: AnyEndpoint) => {
  const name = nameOf(endpoint)
  return requestTo(name, rows.get(name) ?? { id: 1, version: 1 }, app)
}
const send = (options: InjectOptions) => app.as('admin').send(options)

/** More than most texts may hold; of those that hold more, one character more than that. */
const LONG = '字'.repeat(10_000)
const UNSAFE = Number.MAX_SAFE_INTEGER + 1
/** Bad values by what a field wants: none of them may be taken for a good one. */
const wrong = {
  string: [{}, { $ne: 1 }, [], ['a'], 0, 1, true, false, 'a\0b', 'a\u202eb', 'a\ud800', LONG, 'a'.repeat(200_000)],
  number: ['1', '', ' 1', 'x', {}, [], [1], true, 1.5, 1e21, UNSAFE, -UNSAFE, '１'],
  boolean: ['true', 'false', 0, 1, '', {}, [], 'yes'],
  list: [{}, 'a', 1, true, { length: 1 }, [null], [{}], [[1]], ['x'.repeat(500)]],
  group: [[], 'a', 1, true, [{}], { 陌生: 1 }],
} as const
function wrongFor(node: Node): readonly unknown[] {
  if (node.kind === 'group' || node.kind === 'table') return wrong.group
  if (node.kind === 'list' || isMany(node as Field)) return wrong.list
  const optional = node.optional ? [] : [null]
  switch (node.kind) {
    case 'flag':
      return [...wrong.boolean, ...optional]
    case 'integer':
    case 'quantity':
    case 'money':
    case 'rate':
      return [
        ...wrong.number,
        ...optional,
        ...(node.min !== undefined ? [node.min - 1] : []),
        ...(node.max !== undefined ? [node.max + 1] : []),
      ]
    case 'ref':
      return [...wrong.number, ...optional, 0, -1, 999_999_999]
    case 'text':
    case 'longText':
      return [
        ...wrong.string.map((value) => (value === LONG ? '字'.repeat(Math.max(10_000, node.max + 1)) : value)),
        ...optional,
      ]
    default:
      return [...wrong.string, ...optional, '', 'x y', '__proto__', '2026-02-30', '0000-00-00', '+275760-09-13']
  }
}

describe('请求内容的每个字段', () => {
  const writes = promised.filter(({ body }) => body !== undefined)
  it.each(writes.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', async (_name, endpoint) => {
    const shape = endpoint.body as Shape
    const good = request(endpoint)
    const before = await dumpOf(app.store)
    const odd: string[] = []
    for (const [key, node] of Object.entries(shape))
      for (const value of wrongFor(node)) {
        const payload = { ...(good.payload as object), [key]: value }
        const { body, status } = await send({ ...good, payload })
        const said = (body?.errors ?? []).map(({ field }: { field: string }) => field.split('.')[0])
        // The customer a check leaves out is looked for like any other: absent and foreign are 404.
        const named = said.includes(key) || (key === 'exceptId' && status === 404)
        if (status < 400 || status >= 500 || !named)
          odd.push(
            `${key}=${JSON.stringify(value).slice(0, 60)} → ${status} ${JSON.stringify(body?.errors ?? body)?.slice(0, 120)}`,
          )
      }
    expect(odd).toEqual([])
    expect(await dumpOf(app.store)).toEqual(before)
  })

  it('不认得的字段、系统字段、别的对象的字段一律拒绝,不是悄悄略过', async () => {
    const before = await dumpOf(app.store)
    const strangers = [
      'id',
      'createdAt',
      'updatedAt',
      'deletedAt',
      'nameKey',
      'twinNo',
      'passwordHash',
      'isAdmin',
      'roles',
      'builtIn',
      'ownerName',
      'toString',
      'constructor',
      '陌生',
      '',
      ' name',
      'Name',
    ]
    for (const endpoint of promised.filter(({ body }) => body !== undefined)) {
      const good = request(endpoint)
      for (const key of strangers) {
        const { body, status } = await send({ ...good, payload: { ...(good.payload as object), [key]: 1 } })
        expect([nameOf(endpoint), key, status, body.errors?.map(({ field }: { field: string }) => field)]).toEqual([
          nameOf(endpoint),
          key,
          400,
          expect.arrayContaining([key]),
        ])
      }
    }
    expect(await dumpOf(app.store)).toEqual(before)
  })
})

describe('地址里的编号', () => {
  const BAD = [
    '0',
    '-1',
    '01',
    '+1',
    '%201',
    '1%20',
    '1e3',
    '1.0',
    '1.5',
    '0x1',
    'x',
    'null',
    'NaN',
    '9007199254740993',
    '99999999999999999999',
    '%7B%22$ne%22:1%7D',
    '1%20or%201=1',
    "1'",
    '1;drop',
    '%EF%BC%91',
    '1,2',
    '%2e',
    '1%00',
    '%E2%80%AE1',
    '123e4567-e89b-42d3-a456-426614174000',
    '%25',
    '1%2F2',
  ]
  const withId = promised.filter(({ path }) => path.includes('/:id'))
  it.each(withId.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', async (_name, endpoint) => {
    const before = await dumpOf(app.store)
    const good = request(endpoint)
    const id = String(rows.get(nameOf(endpoint))!.id)
    const odd: string[] = []
    for (const bad of BAD) {
      const url = (good.url as string).replace(`/${id}`, `/${bad}`)
      const { body, status } = await send({ ...good, url })
      // An encoded dot or slash may be another address altogether.
      const isOk =
        (status === 400 && body.errors?.[0].field === 'id') ||
        (status === 404 && /%2e|%2F/.test(bad)) ||
        (status === 400 && bad === '1%00')
      if (!isOk) odd.push(`${bad} → ${status} ${JSON.stringify(body).slice(0, 100)}`)
    }
    for (const long of ['1'.repeat(101), '1'.repeat(5_000)])
      if (
        ![400, 404, 414].includes(
          (await send({ ...good, url: (good.url as string).replace(`/${id}`, `/${long}`) })).status,
        )
      )
        odd.push('long')
    expect(odd).toEqual([])
    expect(await dumpOf(app.store)).toEqual(before)
  })

  it('版本号不合格同样指明', async () => {
    const before = await dumpOf(app.store)
    const row = rows.get('DELETE /api/customers/:id')!
    for (const version of ['', '0', '01', '1e0', ' 1', 'x', '-1', '9007199254740993', '%7B%7D'])
      expect((await app.as('admin').delete(`/api/customers/${row.id}?version=${version}`)).body.errors).toMatchObject([
        { field: 'version' },
      ])
    expect((await app.as('admin').delete(`/api/customers/${row.id}?version=1&version=1`)).status).toBe(400)
    expect((await app.as('admin').delete(`/api/customers/${row.id}?version=1&force=1`)).body.errors).toMatchObject([
      { field: 'force' },
    ])
    expect(await dumpOf(app.store)).toEqual(before)
  })
})
