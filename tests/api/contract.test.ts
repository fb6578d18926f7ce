import { check, formats } from '@crm/shared/formats'
import { isDay, isInstant } from '@crm/shared/days'
import { alwaysSaid } from '@crm/shared/kernel/endpoint'
import type { TextFormat } from '@crm/shared/kernel/field'
import { objectSchema, type Node, type Shape } from '@crm/shared/kernel/schema'
import { MAX_FEN } from '@crm/shared/money'
import { permissionNames } from '@crm/shared/permissions'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { nameOf, promised } from '../support/endpoints.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const ajv = new Ajv2020({ strict: false, allowUnionTypes: true })
for (const [name, clean] of Object.entries(formats) as [TextFormat, (typeof formats)[TextFormat]][])
  ajv.addFormat(name, (text: string) => text === '' || 'value' in clean(text, {}))
ajv.addFormat('date', isDay)
ajv.addFormat('date-time', isInstant)

describe('约定的接口', () => {
  it('每个都正好绑定一次,没有约定之外的', () => {
    const bound = app.app.endpoints.map(nameOf)
    expect(bound.toSorted()).toEqual(promised.map(nameOf).toSorted())
    expect(new Set(bound).size).toBe(bound.length)
  })

  it('每个接口的权限都写明:公开、已登录,或一项认得的权限', () => {
    const known = new Set<string | null>([...permissionNames, 'signedIn', null])
    expect(promised.filter(({ permission }) => !known.has(permission)).map(nameOf)).toEqual([])
    expect(promised.filter(({ permission }) => permission === null).map(nameOf)).toEqual([
      'POST /api/auth/login',
      'POST /api/auth/logout',
      // The address is the secret.
      'GET /ics/:file',
    ])
  })

  it('地址、方法和权限与登记的一致,改动须有意为之', async () => {
    const lines = promised.map((endpoint) => `${nameOf(endpoint)} ${endpoint.permission ?? '公开'}`).toSorted()
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('endpoints.snapshot.txt')
  })

  it('只读的接口不带内容,新建可用幂等键,地址里的参数都有说明', () => {
    const creates = promised.filter(({ method, status, upload }) => method === 'POST' && status === 201 && !upload)
    expect(creates.filter(({ idempotent }) => !idempotent).map(nameOf)).toEqual([])
    expect(promised.filter(({ body, method }) => method === 'GET' && body).map(nameOf)).toEqual([])
    for (const { params, path, summary } of promised) {
      expect(summary).toMatch(/\p{Script=Han}/u)
      expect(Object.keys(params ?? {})).toEqual([...path.matchAll(/:(\w+)/g)].map((match) => match[1]))
    }
  })
})

describe('OpenAPI 3.1', () => {
  it('写全了每个接口,没有别的', async () => {
    const { body } = await app.anonymous.get('/api/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const documented = Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    expect(documented.toSorted()).toEqual(app.app.endpoints.map(nameOf).toSorted())
  })

  it('说明参数、内容、回复、权限和问题', async () => {
    const { body } = await app.anonymous.get('/api/openapi.json')
    for (const endpoint of app.app.endpoints) {
      const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
      const operation = body.paths[path][endpoint.method.toLowerCase()]
      const named = operation.parameters.map((parameter: { name: string }) => parameter.name)
      expect(named).toEqual(expect.arrayContaining(Object.keys({ ...endpoint.params, ...endpoint.query })))
      expect(operation.requestBody === undefined).toBe(endpoint.body === undefined && !endpoint.upload)
      const accepted = endpoint.accepted ? ['202'] : []
      expect(Object.keys(operation.responses)).toEqual([String(endpoint.status), ...accepted, 'default'])
      const isPermission = endpoint.permission !== null && endpoint.permission !== 'signedIn'
      expect(operation['x-permission']).toBe(isPermission ? endpoint.permission : undefined)
      expect(operation.security.length).toBe(endpoint.permission === null ? 0 : 2)
      for (const response of Object.values(operation.responses) as { content?: Record<string, { schema: object }> }[])
        for (const { schema } of Object.values(response.content ?? {}))
          expect('$ref' in schema || ajv.validateSchema(schema)).toBe(true)
    }
  })

  it('离线文档不带脚本,不引外部地址', async () => {
    const { body, status } = await app.anonymous.get('/api/docs')
    expect(status).toBe(200)
    for (const endpoint of app.app.endpoints) expect(body).toContain(endpoint.path)
    expect(body).not.toMatch(/<script|https?:\/\//)
  })
})

/** Values every field is tried with, whatever its kind. Blank edges and control characters are left to badInput: JSON Schema cannot say what is trimmed. */
const long = (length: number) => '字'.repeat(length)
const numbers = [0, 1, -1, 2, 1.5, 720, 721, 1e21, MAX_FEN, MAX_FEN + 1, Number.MAX_SAFE_INTEGER]
const words = [
  'a',
  'ab',
  '测试',
  '𠮷𡿨',
  '',
  '1',
  '-1',
  '1e3',
  'true',
  'null',
  'A',
  'own',
  'potential',
  '__proto__',
  'a b',
]
const moments = ['2026-01-31', '2026-02-30', '0000-00-00', '2026-1-1', '2026-01-31T08:00:00.000Z', '2026-01-31 08:00']
const addresses = [
  '13812345678',
  '0755-28780808转801',
  '23812345678901',
  'a@b.cn',
  'a@@b',
  'www.vanke.com',
  'javascript:1',
]
const codes = ['914403001922038216', '914403001922038217', '440300', '4403', '#ff0000', '#FFF', 'red']
const nested = [[], [1], [1, 2], [1, 1], ['a'], ['customer.read'], [null], [{}], {}, { a: 1 }, { value: '测试' }]
const common: readonly unknown[] = [
  null,
  true,
  false,
  ...numbers,
  ...words,
  ...moments,
  ...addresses,
  ...codes,
  ...nested,
]
function candidates(node: Node): unknown[] {
  const lengths = 'max' in node && (node.kind === 'text' || node.kind === 'longText') ? [node.max, node.max + 1] : []
  const bounds = 'min' in node && typeof node.min === 'number' ? [node.min - 1, node.min] : []
  const options = node.kind === 'option' ? Object.keys(node.options) : []
  const edges = node.kind === 'list' ? [Array.from({ length: node.max + 1 }, () => fit(node.of))] : []
  return [...common, ...lengths.map(long), ...bounds, ...options, ...edges, fit(node)]
}
/** A value the field accepts. */
function fit(node: Node): unknown {
  if (node.kind === 'list') return [fit(node.of)]
  if (node.kind === 'group') return fitting(node.of)
  if (node.kind === 'table') return { 名称: fit(node.of) }
  const found = [...common, ...(node.kind === 'option' ? Object.keys(node.options) : []), '足够长的文字内容'].find(
    (value) => value !== null && value !== '' && check({ value: node }, { value }).ok,
  )
  if (found === undefined) throw new Error(`no sample for ${node.label}`)
  return found
}
const fitting = (shape: Shape) => Object.fromEntries(Object.entries(shape).map(([key, node]) => [key, fit(node)]))

const withBody = promised.filter((endpoint) => endpoint.body !== undefined)
describe('文档里的 JSON Schema 与真正的校验说的是一回事', () => {
  it.each(withBody.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', (_name, { body, partial }) => {
    const validate = ajv.compile(objectSchema(body!, partial ? alwaysSaid(body!) : undefined))
    const options = partial ? { partial, always: alwaysSaid(body!) } : {}
    const whole = fitting(body!)
    const without = (key: string) => Object.fromEntries(Object.entries(whole).filter(([other]) => other !== key))
    const samples: [what: unknown, body: unknown][] = [
      ...[whole, {}, [], null, '', 1, { ...whole, 陌生: 1 }, { ...whole, toString: 1 }].map(
        (b) => [b, b] as [unknown, unknown],
      ),
      ...Object.keys(body!).map((key): [unknown, unknown] => [{ without: key }, without(key)]),
      ...Object.entries(body!).flatMap(([key, node]) =>
        [...candidates(node), ...(node.kind === 'group' ? inner(node.of) : [])].map((value): [unknown, unknown] => [
          { [key]: value },
          { ...whole, [key]: value },
        ]),
      ),
    ]
    const differing = samples.filter(([, sample]) => validate(sample) !== check(body!, sample, options).ok)
    expect(differing.map(([what]) => what)).toEqual([])
    expect(check(body!, whole, options).ok).toBe(true)
  })
})
function inner(shape: Shape): object[] {
  const whole = fitting(shape)
  return Object.entries(shape).flatMap(([key, node]) => candidates(node).map((value) => ({ ...whole, [key]: value })))
}

describe('回复与文档一致', () => {
  it('每个列表、每一行都合 Schema,没有文档之外的字段', async () => {
    const team = await app.make.team()
    const tag = await app.make.tag({ color: '#ff0000' })
    const customer = await app.make.customer({ phone: '13812345678', regionCode: '440300', tagIds: [tag.id] })
    const contact = await app.make.contact({ customerId: customer.id, mobile: '13812345678', birthday: '1990-01-31' })
    const user = await app.make.user({ teamId: team.id })
    const role = await app.make.role({ permissions: ['customer.read'] })
    const lenient = new Ajv2020({ strict: false, allowUnionTypes: true, validateFormats: false })
    const item = (await app.as('sales1').get('/api/dictionaries?size=1')).body.items[0]
    const rows: Record<string, number> = {
      teams: team.id,
      tags: tag.id,
      customers: customer.id,
      contacts: contact.id,
      users: user.id,
      roles: role.id,
      dictionaries: item.id,
    }
    for (const [path, id] of Object.entries(rows)) {
      const [list, get] = [`GET /api/${path}`, `GET /api/${path}/:id`].map((name) =>
        promised.find((endpoint) => nameOf(endpoint) === name)!,
      )
      for (const who of ['admin', 'head1'] as const) {
        const page = await app.as(who).get(`/api/${path}`)
        const one = await app.as(who).get(`/api/${path}/${id}`)
        if (page.status === 403) continue
        expect([path, lenient.validate(list!.reply, page.body), lenient.errors]).toEqual([path, true, null])
        if (one.status === 404) continue
        expect([path, lenient.validate(get!.reply, one.body), lenient.errors]).toEqual([path, true, null])
        const described = Object.keys(get!.reply['properties'] as object)
        expect(Object.keys(one.body).filter((key) => !described.includes(key))).toEqual([])
        expect(described.filter((key) => key !== 'deletedAt' && !(key in one.body))).toEqual([])
      }
    }
  })
})
