import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { dumpOf } from '../support/dump.ts'
import { nameOf, promised } from '../support/endpoints.ts'
import { expectedStatus, relationsOf } from '../support/expected.ts'
import { personas, policies, type Persona, type Relation } from '../support/policy.ts'
import { requestTo } from '../support/requests.ts'
import { tradeStates } from '../support/trade/index.ts'
import { withTestSubjects } from '../support/approvals.ts'
import { makeSubjects, type Row, type Subjects } from '../support/subjects.ts'

let app: TestApp
let subjects: Subjects
beforeAll(async () => {
  app = await openTestApp({ modules: withTestSubjects })
  subjects = await makeSubjects(app)
})
afterAll(() => app.close())

const NOTHING: Row = { id: 1, version: 1 }
const names = promised.map(nameOf)
const said = (persona: Persona, relation: Relation | null) => `${persona} ${relation ?? ''}`.trim()
/** The row must be in a state that allows the move. */
const stateFor = (name: string) =>
  tradeStates[name] ??
  (name.endsWith('/withdraw')
    ? 'applied'
    : name.endsWith('/merge')
      ? 'pair'
      : name.endsWith('/undo')
        ? 'done'
        : name.endsWith('/reopen')
          ? 'solved'
          : 'checked')
async function send(persona: Persona, name: string, row: Row): Promise<Answer> {
  const request = requestTo(name, row, app)
  // Whoever signs out here is needed again below.
  if (name === 'POST /api/auth/logout' && persona !== 'stranger')
    request.headers = { cookie: await app.signIn(subjects.idOf(persona)) }
  return subjects.as(persona).send(request)
}

it('每个接口都有写明的权限规定,没有过时的规定', () => {
  expect(Object.keys(policies).toSorted()).toEqual(names.toSorted())
  expect(app.app.endpoints.map(nameOf).filter((name) => !(name in policies))).toEqual([])
})

/** All cases of an endpoint, split by what the policy says. */
function casesOf(name: string) {
  const policy = policies[name]!
  const cases = personas.flatMap((persona) =>
    relationsOf(policy).map((relation) => ({ persona, relation, status: expectedStatus(policy, persona, relation) })),
  )
  return {
    policy,
    refused: cases.filter((c) => c.status !== policy.ok),
    granted: cases.filter((c) => c.status === policy.ok),
  }
}
type Case = ReturnType<typeof casesOf>['refused'][number]

/** Rows a refused request leaves as they are may be shared by all endpoints. */
const shared = new Map<string, Promise<Row>>()
function lasting(name: string, { persona, relation }: Case): Promise<Row> {
  const { of } = policies[name]!
  if (!of || !relation) return Promise.resolve(NOTHING)
  const key = `${of} ${said(persona, relation)} ${of === 'import' ? stateFor(name) : ''}`
  if (!shared.has(key)) shared.set(key, subjects.make(persona, of, relation, stateFor(name)))
  return shared.get(key)!
}

describe('不许的一律拒绝,什么都不改', () => {
  it.each(names)('%s', async (name) => {
    const { refused } = casesOf(name)
    const rows = new Map<Case, Row>()
    for (const one of refused) rows.set(one, await lasting(name, one))
    const before = await dumpOf(app.store)
    const actual: Record<string, number> = {}
    for (const one of refused)
      actual[said(one.persona, one.relation)] = (await send(one.persona, name, rows.get(one)!)).status
    expect(actual).toEqual(Object.fromEntries(refused.map((c) => [said(c.persona, c.relation), c.status])))
    expect(await dumpOf(app.store)).toEqual(before)
  })
})

describe('不存在、别人的、已删除的,答复一字不差', () => {
  const onRows = names.filter((name) =>
    ['customer', 'contact', 'feedback', 'document', 'import', 'approval'].includes(policies[name]!.of ?? ''),
  )
  it.each(onRows)('%s', async (name) => {
    const hidden = casesOf(name).refused.filter(({ persona, status }) => persona === 'sales1' && status === 404)
    const bodies = await Promise.all(
      hidden.map(async (one) => {
        const { body, headers } = await send('sales1', name, await lasting(name, one))
        const { instance: _, requestId: __, ...rest } = body
        return { ...rest, length: typeof headers['content-length'], keys: Object.keys(headers).toSorted() }
      }),
    )
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBeLessThanOrEqual(1)
    expect(JSON.stringify(bodies)).not.toMatch(/关系客户|13800138000|孙华南/)
  })
})

describe('许可的能办成', () => {
  it.each(names)('%s', async (name) => {
    const { granted, policy } = casesOf(name)
    const actual: Record<string, number> = {}
    for (const one of granted) {
      const { persona, relation } = one
      const row =
        name.startsWith('GET') || !policy.of || !relation
          ? await lasting(name, one)
          : await subjects.make(persona, policy.of, relation, stateFor(name))
      actual[said(persona, relation)] = (await send(persona, name, row)).status
    }
    expect(actual).toEqual(Object.fromEntries(granted.map((c) => [said(c.persona, c.relation), policy.ok])))
  })
})

describe('读取不改动任何东西', () => {
  it('全部 GET 走一遍,数据库原样', async () => {
    const reads = names.filter((name) => name.startsWith('GET'))
    const before = await dumpOf(app.store)
    for (const name of reads) for (const persona of personas) await send(persona, name, NOTHING)
    expect(await dumpOf(app.store)).toEqual(before)
  })
})
