import { folded, vtimezone } from '@crm/server/modules/work/reminders/ics'
import { birthdaysNear, tellBirthdays } from '@crm/server/modules/work/reminders/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const sales1 = () => app.as('sales1')
const HOUR = 3_600_000
const NOVEMBER = 'from=2026-11-01&to=2026-12-06'

describe('日程', () => {
  it('一个月里:提醒、以后各次、看得见的联系人的生日、节日和放假', async () => {
    const { id: customerId } = await app.make.customer({ name: '日程客户', ownerId: app.ids.users.sales1 })
    const { id: foreign } = await app.make.customer({ name: '别人的客户', ownerId: app.ids.users.sales2 })
    await app.make.contact({ customerId, name: '公历生日', birthday: '1988-11-25' })
    // 2026-11-26 is the 18th of the 10th Chinese month.
    await app.make.contact({ customerId, name: '农历生日', birthday: '1990-10-18', birthdayCalendar: 'lunar' })
    await app.make.contact({ customerId: foreign, name: '看不见的', birthday: '1988-11-25' })
    const weekly = { title: '周会', dueAt: '2026-11-16T01:00:00.000Z', repeat: 'weekly', customerId }
    const { id } = (await sales1().post('/api/reminders', weekly)).body
    const { body } = await sales1().get(`/api/calendar?${NOVEMBER}`)
    expect(body.reminders).toMatchObject([{ id, title: '周会' }])
    expect(body.expected.map((one: { dueAt: string }) => one.dueAt.slice(0, 10))).toEqual(['2026-11-23', '2026-11-30'])
    expect(body.birthdays).toMatchObject([
      { day: '2026-11-25', contactName: '公历生日', isLunar: false, customerName: '日程客户' },
      {
        day: '2026-11-26',
        contactName: '农历生日',
        isLunar: true,
        greeting: '农历生日,生日快乐!祝你身体健康、工作顺利、万事如意。',
      },
    ])
    const october = (await sales1().get('/api/calendar?from=2026-09-20&to=2026-10-10')).body
    expect(october.festivals.map((one: { name: string }) => one.name)).toEqual(['中秋节', '国庆节'])
    expect(october.holidays.filter((one: { kind: string }) => one.kind === 'work')).toHaveLength(2)
    await expectRefusal(app, () => sales1().get('/api/calendar?from=2026-01-01&to=2026-12-31'), 400, 'to')
    await expectRefusal(app, () => sales1().get('/api/calendar?from=2026-02-01&to=2026-01-31'), 400, 'to')
  })

  it('生日提前三天告诉负责人一次,带着可以复制的祝福', async () => {
    const context = { store: app.store, clock: app.clock, signal: new AbortController().signal }
    const told = () =>
      app.store.read
        .selectFrom('notifications')
        .select(['title', 'body', 'userId'])
        .where('onceKey', 'like', 'birthday:%')
        .orderBy('id')
        .execute()
    expect(await birthdaysNear(app.store.read, app.clock)).toBe(true)
    await tellBirthdays(context)
    await tellBirthdays(context)
    expect(await told()).toMatchObject([
      { title: '公历生日(日程客户)11月25日生日', body: '公历生日,生日快乐!祝你身体健康、工作顺利、万事如意。' },
      { title: '看不见的(别人的客户)11月25日生日', userId: app.ids.users.sales2 },
    ])
    expect(await birthdaysNear(app.store.read, app.clock)).toBe(false)
    app.clock.advance(24 * HOUR)
    await tellBirthdays(context)
    await tellBirthdays(context)
    expect((await told()).map(({ title }) => title.slice(0, 4))).toEqual(['公历生日', '看不见的', '农历生日'])
    app.clock.advance(-24 * HOUR)
  })
})

describe('节假日', () => {
  it('自带两年;管理员导入的年份整年替换,清空恢复自带', async () => {
    const years = async () => (await sales1().get('/api/settings/holidays')).body.years
    expect(
      (await years()).map(({ isImported, year }: { year: number; isImported: boolean }) => [year, isImported]),
    ).toEqual([
      [2026, false],
      [2025, false],
    ])
    const days = [
      { day: '2027-01-01', kind: 'rest', name: '元旦' },
      { day: '2027-01-03', kind: 'work', name: '元旦调休' },
    ]
    const put = (body: object) => app.as('admin').put('/api/settings/holidays', body)
    expect((await put({ year: 2027, days })).body.years[0]).toEqual({ year: 2027, isImported: true, days })
    await expectRefusal(app, () => put({ year: 2027, days: [...days, days[0]!] }), 400, 'days.2.day')
    await expectRefusal(app, () => put({ year: 2028, days }), 400, 'days.0.day')
    await expectRefusal(app, () => sales1().put('/api/settings/holidays', { year: 2027, days }), 403)
    await put({ year: 2027, days: [] })
    expect((await years()).map(({ year }: { year: number }) => year)).toEqual([2026, 2025])
  })
})

describe('日历订阅', () => {
  const lines = (text: string) => text.replaceAll('\r\n ', '').split('\r\n')

  it('凭地址读得到自己的提醒,没有电话号码;换新、停止后旧地址作废', async () => {
    expect((await sales1().get('/api/reminders/feed')).body).toEqual({ createdAt: null })
    const { body, status } = await sales1().post('/api/reminders/feed')
    expect(status).toBe(200)
    const title = '打给老板 13812345678、010-65883001;谈合同,分三期\n付款'.replace('\n', ' ')
    const { id } = (await sales1().post('/api/reminders', { title, dueAt: '2026-11-23T01:30:00.000Z' })).body
    await app.as('sales2').post('/api/reminders', { title: '别人的事', dueAt: '2026-11-23T01:30:00.000Z' })
    const read = () => app.anonymous.get(body.address)
    const { body: text, headers } = await read()
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(text.split('\r\n').filter((line: string) => Buffer.byteLength(line) > 75)).toEqual([])
    expect(lines(text)).toEqual(
      expect.arrayContaining([
        'BEGIN:VCALENDAR',
        'REFRESH-INTERVAL;VALUE=DURATION:PT30M',
        'X-PUBLISHED-TTL:PT30M',
        'TZID:Asia/Shanghai',
        `UID:reminder-${id}@crm`,
        'DTSTART;TZID=Asia/Shanghai:20261123T093000',
        'SUMMARY:打给老板 138****5678、010****3001\\;谈合同\\,分三期 付款',
      ]),
    )
    expect(text).not.toContain('别人的事')
    expect(text).not.toMatch(/13812345678|65883001/)
    expect((await sales1().get('/api/reminders/feed')).body.createdAt).toBe(app.clock.now())
    const stored = await app.store.read.selectFrom('calendarFeeds').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(body.address.slice(5, 40))
    const second = (await sales1().post('/api/reminders/feed')).body
    expect((await read()).status).toBe(404)
    expect((await app.anonymous.get(second.address)).status).toBe(200)
    await sales1().delete('/api/reminders/feed')
    expect((await app.anonymous.get(second.address)).status).toBe(404)
    expect((await app.anonymous.get('/ics/x.ics')).status).toBe(404)
  })

  it('停用的人的订阅打不开;令牌不能建立订阅', async () => {
    const made = await app.make.user({ username: 'feeder', roleIds: [app.ids.roles.业务员] })
    const { address } = (await app.as(made.id).post('/api/reminders/feed')).body
    expect((await app.anonymous.get(address)).status).toBe(200)
    await app.as('admin').patch(`/api/users/${made.id}`, { version: 1, disabled: true })
    expect((await app.anonymous.get(address)).status).toBe(404)
    expect((await app.byToken('sales1').post('/api/reminders/feed')).status).toBe(403)
  })

  it('长行按 75 个字节折,不从字中间断开', () => {
    const parts = folded(`SUMMARY:${'提醒'.repeat(60)}`).split('\r\n')
    expect(parts.every((part) => Buffer.byteLength(part) <= 75 && !part.includes('\uFFFD'))).toBe(true)
    expect(parts.slice(1).every((part) => part.startsWith(' '))).toBe(true)
    expect(parts.map((part, i) => (i ? part.slice(1) : part)).join('')).toBe(`SUMMARY:${'提醒'.repeat(60)}`)
  })

  it('有夏令时的时区写明每次换钟', () => {
    const zone = vtimezone('America/New_York', '2026-01-15T00:00:00.000Z', '2026-12-15T00:00:00.000Z')
    expect(zone).toEqual(
      expect.arrayContaining([
        'BEGIN:DAYLIGHT',
        'DTSTART:20260308T020000',
        'DTSTART:20261101T020000',
        'TZOFFSETTO:-0400',
      ]),
    )
  })
})
