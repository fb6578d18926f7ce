import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DocumentsApp, openDocumentsApp, send, uploaded, uploadOf } from '../support/documents.ts'

let files: DocumentsApp
let customerId: number
let contractId: number
beforeAll(async () => {
  files = await openDocumentsApp()
  customerId = (await files.company()).id
  const { body } = await sales().post('/api/contracts', { customerId, title: '供货合同', amountFen: 100 })
  contractId = body.id
})
afterAll(() => files.close())
const sales = () => files.app.as('sales1')
const ids = (body: { items: { id: number }[] }) => body.items.map(({ id }) => id)

/** A claim of 王业务, straight into the table: who sees its files is what counts here. */
async function expenseOf(ownerId: number, ofCustomer: number | null): Promise<number> {
  const at = files.app.clock.now()
  const { id } = await files.app.store.tx(async (tx) =>
    tx
      .insertInto('expenses')
      .values({
        number: `BX-${ownerId}-${ofCustomer ?? 0}`,
        ownerId,
        teamId: null,
        type: 'travel',
        amountFen: 100,
        spentOn: '2026-11-22',
        state: 'draft',
        customerId: ofCustomer,
        contractId: null,
        orderId: null,
        paidOn: null,
        purpose: '出差',
        notes: null,
        version: 1,
        createdAt: at,
        updatedAt: at,
        deletedAt: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  return id
}

describe('业务单据上的文档', () => {
  it('合同的附件跟着合同走:看不到合同就看不到附件,合同进回收站附件也走,换客户一起换', async () => {
    const made = await uploaded(sales(), '盖章扫描件', { contract: contractId }, '合同.txt')
    expect(made).toMatchObject({ subjectType: 'contract', subjectId: contractId, customerId, revision: 1 })
    const again = await uploaded(sales(), '盖章扫描件', { contract: contractId }, '合同.txt')
    expect(again.revision).toBe(2)
    expect((await files.app.as('sales2').get(`/api/documents/${made.id}/content`)).status).toBe(404)
    const listed = async () =>
      ids((await sales().get(`/api/documents?subjectType=contract&subjectId=${contractId}`)).body).toSorted(
        (a, b) => a - b,
      )
    expect(await listed()).toEqual([made.id, again.id])
    const row = (await sales().get(`/api/contracts/${contractId}`)).body
    await sales().delete(`/api/contracts/${contractId}?version=${row.version}`)
    expect(await listed()).toEqual([])
    await sales().post(`/api/contracts/${contractId}/restore`, {})
    expect(await listed()).toEqual([made.id, again.id])
    const other = await files.company()
    const { version } = (await sales().get(`/api/contracts/${contractId}`)).body
    expect((await sales().patch(`/api/contracts/${contractId}`, { version, customerId: other.id })).status).toBe(200)
    expect(ids((await sales().get(`/api/documents?customerId=${other.id}`)).body).toSorted((a, b) => a - b)).toEqual(
      await listed(),
    )
    expect((await send(files.app.as('sales2'), '混进来', { contract: contractId })).status).toBe(404)
  })

  it('订单的附件也一样', async () => {
    const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: 100 }]
    const { body: order } = await sales().post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })
    const { id } = await uploaded(sales(), '技术协议', { order: order.id })
    expect((await sales().get(`/api/documents/${id}`)).body).toMatchObject({ subjectType: 'order', customerId })
    expect((await files.app.as('sales2').get(`/api/documents/${id}`)).status).toBe(404)
  })

  it('回单先上传再登记回款:登记后挂在回款上,别人的、用过的附件不行', async () => {
    const finance = files.app.as('finance')
    const draft = await uploaded(finance, '银行回单', {}, '回单.txt')
    const body = { customerId, amountFen: 100, receivedOn: '2026-11-22', documentIds: [draft.id] }
    const foreign = await files.app.as('admin').post('/api/receipts', body)
    expect(foreign).toMatchObject({ status: 400, body: { errors: [{ field: 'documentIds.0' }] } })
    const { body: receipt, status } = await finance.post('/api/receipts', body)
    expect(status).toBe(201)
    const listed = (await finance.get(`/api/documents?subjectType=receipt&subjectId=${receipt.id}`)).body.items
    expect(listed).toMatchObject([{ id: draft.id, name: '回单.txt', customerId }])
    expect((await finance.post('/api/receipts', body)).status).toBe(400)
    expect((await files.app.as('sales2').get(`/api/documents/${draft.id}`)).status).toBe(404)
  })

  it('报销的附件是报销人的:有没有客户都行,看得到客户的人不等于看得到报销', async () => {
    const { sales1, sales2 } = files.app.ids.users
    for (const ofCustomer of [null, customerId]) {
      const claim = await expenseOf(sales1, ofCustomer)
      const made = await uploaded(sales(), `发票${ofCustomer}`, { expense: claim }, '发票.txt')
      expect(made).toMatchObject({ subjectType: 'expense', subjectId: claim, customerId: null })
      expect(ids((await sales().get(`/api/documents?subjectType=expense&subjectId=${claim}`)).body)).toEqual([made.id])
      expect((await files.content(made.id)).status).toBe(200)
      for (const path of [`/api/documents/${made.id}`, `/api/documents/${made.id}/content`])
        expect((await files.app.as('sales2').get(path)).status).toBe(404)
      expect((await send(files.app.as('sales2'), '混进来', { expense: claim })).status).toBe(404)
      const renamed = await sales().patch(`/api/documents/${made.id}`, { version: 1, name: '车票.txt' })
      expect(renamed.body).toMatchObject({ name: '车票.txt', version: 2 })
      expect((await sales().delete(`/api/documents/${made.id}?version=2`)).status).toBe(204)
      expect((await sales().post(`/api/documents/${made.id}/restore`, {})).status).toBe(200)
    }
    const foreign = await expenseOf(sales2, customerId)
    const hidden = await uploaded(files.app.as('sales2'), '别人的发票', { expense: foreign })
    expect((await sales().get(`/api/documents/${hidden.id}`)).status).toBe(404)
    expect(ids((await sales().get(`/api/documents?customerId=${customerId}`)).body)).not.toContain(hidden.id)
    expect(ids((await sales().get(`/api/documents?subjectType=expense&subjectId=${foreign}`)).body)).toEqual([])
  })

  it('网页、脚本、矢量图不管叫什么名字都只能另存,不会被打开', async () => {
    const dangerous: [string, string][] = [
      ['页面.html', '<script>alert(1)</script>'],
      ['图.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
      ['假图.png', '<html><script>alert(1)</script></html>'],
      ['程序.js', 'alert(1)'],
    ]
    const { id: customer } = await files.company()
    for (const [name, content] of dangerous) {
      const { id } = await uploaded(sales(), content, { customer }, name)
      const { headers } = await files.content(id)
      expect([name, headers['content-disposition']]).toEqual([name, expect.stringMatching(/^attachment/)])
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(String(headers['content-type'])).not.toMatch(/html|svg|javascript/)
    }
  })

  it('一百次传到一半取消,文件夹里什么也不留下', { timeout: 60_000 }, async () => {
    const before = await files.there()
    await files.app.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = files.app.app.server.address() as AddressInfo
    const { headers, payload } = uploadOf(Buffer.alloc(200_000, 1), { contract: contractId }) as {
      headers: Record<string, string>
      payload: Buffer
    }
    const cookie = await files.app.signIn('sales1')
    const head = `POST /api/documents HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\ncookie: ${cookie}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${payload.length}\r\n\r\n`
    for (let round = 0; round < 10; round++) {
      const sockets = Array.from({ length: 10 }, () => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        socket.write(head)
        socket.write(payload.subarray(0, payload.length >> 1))
        return socket
      })
      while ((await files.there()).length < before.length + sockets.length) await sleep(5)
      for (const socket of sockets) socket.destroy()
      while ((await files.there()).length > before.length) await sleep(5)
    }
    expect(await files.there()).toEqual(before)
  })
})
