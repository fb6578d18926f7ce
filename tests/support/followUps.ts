import type { TestApp } from './app.ts'

/** The instant at which the clock of a test server stands, and others around it. */
export const NOW = '2026-11-22T01:00:00.000Z'
export const hours = (n: number): string => new Date(Date.parse(NOW) + n * 3_600_000).toISOString()

let n = 0
/** Another company; 王业务's unless it is said whose. */
export const companyOf = async (app: TestApp, ownerId = app.ids.users.sales1): Promise<number> =>
  (await app.make.customer({ name: `跟进公司${++n}号`, ownerId })).id

/** A 跟进 as somebody writes it. */
export const followUpBy = (app: TestApp, who: Parameters<TestApp['as']>[0], customerId: number, more: object = {}) =>
  app.as(who).post('/api/interactions', { customerId, kind: 'call', text: '谈了价格', ...more })
