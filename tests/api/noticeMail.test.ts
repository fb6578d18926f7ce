import { mailDelivery } from '@crm/server/core/jobs/mail'
import { tell } from '@crm/server/core/jobs/notices'
import { startOutbox } from '@crm/server/core/jobs/outbox'
import { mailJobs } from '@crm/server/jobs/index'
import type { NoticeKind } from '@crm/shared/notices'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { type MailServer, startMailServer } from '../support/mailServer.ts'
import type { Username } from '../support/office.ts'

const HOUR_MS = 3_600_000
const [digests] = mailJobs
let app: TestApp
let mail: MailServer
const stops: (() => Promise<void>)[] = []
beforeAll(async () => {
  mail = await startMailServer()
})
afterAll(() => mail.close())
// It begins at 9:00 of a day in Shanghai: half an hour after the mail of that day.
beforeEach(async () => {
  mail.received.splice(0)
  app = await openTestApp({ canMail: true })
  await app.store.tx((tx) => tx.updateTable('users').set({ email: 'someone@example.cn' }).execute())
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  await app.close()
})

const want = (who: Username, items: { kind: NoticeKind; site?: boolean }[]) =>
  app.as(who).put('/api/notifications/switches', {
    items: items.map((one) => ({ site: true, desktop: false, mail: true, ...one })),
  })
const inform = (who: Username, kind: NoticeKind, title: string) =>
  app.store.tx((tx) => tell(tx, app.clock.now(), { kind, userIds: [app.ids.users[who]], title }))
const isWanted = () => digests!.wanted!(app.store.read, app.clock)
const write = () => digests!.run({ store: app.store, clock: app.clock, signal: new AbortController().signal })
const written = () => app.store.read.selectFrom('outbox').selectAll().where('kind', '=', 'mail').execute()
const deliver = () => stops.push(startOutbox(app.store, app.clock, mailDelivery(app.store.read, mail.url)).stop)

describe('每天一封的通知邮件', () => {
  it('要了邮件的种类,第二天早上八点半一封,只有还没看的', async () => {
    await inform('sales1', 'pool', '开通之前的')
    expect((await want('sales1', [{ kind: 'pool' }, { kind: 'system', site: false }])).body.canMail).toBe(true)
    await inform('sales1', 'pool', '明天有客户进公海')
    await inform('sales1', 'pool', '已经看过的')
    await inform('sales1', 'mention', '没要邮件的种类')
    await inform('sales1', 'system', '站内不要只要邮件')
    const { items } = (await app.as('sales1').get('/api/notifications')).body
    expect(items.find(({ title }: { title: string }) => title === '站内不要只要邮件').readAt).not.toBeNull()
    const seen = items.find(({ title }: { title: string }) => title === '已经看过的').id
    app.clock.advance(1_000)
    await app.as('sales1').post('/api/notifications/read', { ids: [seen] })
    expect(await isWanted()).toBe(false)
    app.clock.advance(23 * HOUR_MS)
    expect(await isWanted()).toBe(false)
    app.clock.advance(HOUR_MS / 2)
    expect(await isWanted()).toBe(true)
    await write()
    expect(await isWanted()).toBe(false)
    deliver()
    await vi.waitFor(() => expect(mail.received).toHaveLength(1), { timeout: 8_000 })
    const [{ headers, text, to }] = mail.received as [(typeof mail.received)[0]]
    expect(to).toBe('someone@example.cn')
    expect(headers).toMatch(/^From: crm@example[.]cn$/m)
    expect(headers).toMatch(new RegExp(`<notices-${app.ids.users.sales1}-2026-11-23-\\d+@example[.]cn>`))
    expect(text).toContain('王业务')
    for (const title of ['明天有客户进公海', '站内不要只要邮件']) expect(text).toContain(title)
    for (const title of ['开通之前的', '已经看过的', '没要邮件的种类']) expect(text).not.toContain(title)
  })

  it('同时做几遍,也只有一封;第二天没有新的就没有邮件', async () => {
    await want('sales1', [{ kind: 'pool' }])
    await inform('sales1', 'pool', '一条')
    app.clock.advance(24 * HOUR_MS)
    await Promise.all([write(), write(), write()])
    await write()
    expect(await written()).toHaveLength(1)
    app.clock.advance(24 * HOUR_MS)
    expect(await isWanted()).toBe(true)
    await write()
    expect(await written()).toHaveLength(1)
  })

  it('钟往前拨过几年再拨回,邮件照常每天一封,说过的不再说', async () => {
    await want('sales1', [{ kind: 'pool' }])
    app.clock.advance(3653 * 24 * HOUR_MS)
    await inform('sales1', 'pool', '钟快的时候')
    await write()
    app.clock.advance(-3653 * 24 * HOUR_MS)
    await inform('sales1', 'pool', '钟准了以后')
    expect(await isWanted()).toBe(true)
    await write()
    await write()
    const texts = (await written()).map(({ payload }) => JSON.parse(payload).text as string)
    expect(texts).toHaveLength(2)
    expect(texts[1]).toContain('钟准了以后')
    expect(texts[1]).not.toContain('钟快的时候')
  })

  it('邮件服务器拒收的留着再试;停用的人不再收到', async () => {
    await want('sales1', [{ kind: 'pool' }])
    await want('head1', [{ kind: 'pool' }])
    await inform('sales1', 'pool', '给王业务')
    await inform('head1', 'pool', '给陈经理')
    app.clock.advance(24 * HOUR_MS)
    await write()
    await app.store.tx((tx) =>
      tx.updateTable('users').set({ disabled: 1 }).where('id', '=', app.ids.users.head1).execute(),
    )
    mail.refuse('451 later')
    deliver()
    await vi.waitFor(async () => expect((await written()).map(({ attempts }) => attempts)).toEqual([1, 1]), 8_000)
    expect((await written()).filter(({ doneAt }) => doneAt === null)).toMatchObject([
      { lastProblem: expect.any(String) },
    ])
    mail.refuse(null)
    app.clock.advance(HOUR_MS)
    await app.store.tx((tx) => app.store.notify(tx, 'outbox'))
    await vi.waitFor(
      () => expect(mail.received.map(({ text }) => text)).toEqual([expect.stringContaining('给王业务')]),
      8_000,
    )
  })
})
