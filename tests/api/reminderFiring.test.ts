import { openStore } from '@crm/server/db/open'
import { fireReminders, remindersDue } from '@crm/server/modules/work/reminders/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { fakeClock } from '../support/clock.ts'
import { makeOffice } from '../support/office.ts'
import { openTestStore } from '../support/engine.ts'
import { createReminder } from '@crm/server/modules/work/reminders/service'
import { systemActor } from '@crm/server/core/access/actor'
import type { Store } from '@crm/server/db/store'
import type { Clock } from '@crm/server/core/clock'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const sales1 = () => app.as('sales1')
// The clock stands at Sunday 2026-11-22 09:00 in Shanghai.
describe('到点就响,恰好一次', () => {
  const signal = new AbortController().signal
  const START = '2026-11-22T01:00:00.000Z'
  const MINUTE = 60_000
  async function office() {
    const place = await openTestStore()
    const other = openStore(place.target)
    const clock = fakeClock(START, 'Asia/Shanghai')
    const { users: people } = await makeOffice(place.store, clock)
    const actor = systemActor(clock.now(), clock.today(), 'cli', '测试')
    return {
      store: place.store,
      other,
      clock,
      remind: (title: string, dueAt: string) =>
        place.store.tx((tx) => createReminder(tx, actor, { title, dueAt, assigneeId: people.sales1 })),
      fire: (store: Store, now: Clock = clock) => fireReminders({ store, clock: now, signal }),
      told: async () =>
        (
          await place.store.read.selectFrom('notifications').select(['title', 'userId', 'kind']).orderBy('id').execute()
        ).map(({ title }) => title),
      close: async () => {
        await other.close()
        await place.close()
      },
    }
  }

  it('到点前不响,到点响一次;两台服务一起看也只响一次', async () => {
    const { clock, close, fire, other, remind, store, told } = await office()
    for (let i = 0; i < 20; i += 1) await remind(`第${i}件`, '2026-11-22T01:01:00.000Z')
    expect(await remindersDue(store.read, clock.now())).toBe(false)
    await fire(store)
    expect(await told()).toEqual([])
    clock.advance(MINUTE)
    expect(await remindersDue(store.read, clock.now())).toBe(true)
    await Promise.all([fire(store), fire(other), fire(store)])
    expect(await told()).toHaveLength(20)
    expect(new Set(await told()).size).toBe(20)
    expect(await remindersDue(store.read, clock.now())).toBe(false)
    await close()
  })

  it('停机错过的补响一次,标明迟到;再启动不重复', async () => {
    const { clock, close, fire, other, remind, store, told } = await office()
    await remind('停机时到点', '2026-11-22T01:10:00.000Z')
    clock.advance(3 * 60 * MINUTE)
    await fire(store)
    await fire(other)
    expect(await told()).toEqual(['(迟到)停机时到点'])
    await close()
  })

  it('钟往前拨、往回拨,不丢也不重', async () => {
    const { clock, close, fire, remind, store, told } = await office()
    await remind('一小时后', '2026-11-22T02:00:00.000Z')
    clock.advance(61 * MINUTE)
    await fire(store)
    clock.advance(-120 * MINUTE)
    await fire(store)
    await remind('拨回以后新建的', '2026-11-22T00:30:00.000Z')
    clock.advance(31 * MINUTE)
    await fire(store)
    clock.advance(60 * MINUTE)
    await fire(store)
    expect((await told()).map((title) => title.replace('(迟到)', ''))).toEqual(['一小时后', '拨回以后新建的'])
    await close()
  })

  it('推迟的到新时间再响;改回响过的时间不再响;完成的、删除的不响', async () => {
    const { sales1: userId } = app.ids.users
    const told = async (title: string) =>
      (
        await app.store.read
          .selectFrom('notifications')
          .select('title')
          .where('userId', '=', userId)
          .where('title', 'like', `%${title}`)
          .execute()
      ).length
    const fire = () => fireReminders({ store: app.store, clock: app.clock, signal })
    const soon = '2026-11-22T01:05:00.000Z'
    const make = async (title: string) => (await sales1().post('/api/reminders', { title, dueAt: soon })).body.id
    const [again, done, gone] = [await make('再响'), await make('做完了'), await make('不要了')]
    await sales1().post(`/api/reminders/${done}/done`)
    await sales1().delete(`/api/reminders/${gone}?version=1`)
    app.clock.advance(6 * MINUTE)
    await fire()
    expect([await told('再响'), await told('做完了'), await told('不要了')]).toEqual([1, 0, 0])
    await sales1().post(`/api/reminders/${again}/snooze`, { preset: 'hour' })
    app.clock.advance(61 * MINUTE)
    await fire()
    expect(await told('再响')).toBe(2)
    const { version } = (await sales1().get(`/api/reminders/${again}`)).body
    await sales1().patch(`/api/reminders/${again}`, { version, dueAt: soon })
    await fire()
    expect(await told('再响')).toBe(2)
    app.clock.advance(-67 * MINUTE)
  })
})
