import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { csv, imported, rowsOf } from '../support/importing.ts'

let app: TestApp
let admin: Client
beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
})
afterAll(() => app.close())

const messages = async (id: number) => (await rowsOf(admin, id)).map(({ message, status }) => [status, message])

describe('撤销导入', () => {
  it('已经做了业务的客户撤销导入时留下:订单、回款、反馈、提醒一样不少', async () => {
    const batch = await imported(
      admin,
      csv([['客户名称'], ...['订', '收', '诉', '醒', '空'].map((word) => [`${word}单公司`])]),
    )
    const [ordered, paid, heard, reminded] = (await rowsOf(admin, batch.id)).map(({ recordId }) => recordId!)
    const lines = [{ name: '货', qtyMilli: 1_000, priceFen: 100 }]
    const order = await admin.post('/api/orders', { customerId: ordered, orderedOn: '2026-11-20', lines })
    const receipt = await admin.post('/api/receipts', { customerId: paid, amountFen: 1, receivedOn: '2026-11-20' })
    const feedback = await app.make.feedback({ customerId: heard! })
    const reminder = await app.make.reminder({ customerId: reminded!, assigneeId: app.ids.users.admin })
    expect((await admin.post(`/api/imports/${batch.id}/undo`)).body).toMatchObject({ undone: 1, left: 4 })
    expect(await messages(batch.id)).toEqual([
      ['created', '已有订单或交货,未撤销'],
      ['created', '已有回款、应收或发票,未撤销'],
      ['created', '已有客户反馈,未撤销'],
      ['created', '已有提醒,未撤销'],
      ['undone', null],
    ])
    for (const path of [`orders/${order.body.id}`, `receipts/${receipt.body.id}`, `feedback/${feedback.id}`])
      expect([path, (await admin.get(`/api/${path}`)).status]).toEqual([path, 200])
    expect((await admin.get(`/api/reminders/${reminder.id}`)).status).toBe(200)
  })
})
