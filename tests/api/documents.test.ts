import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../support/client.ts'
import { type DocumentsApp, hashOf, openDocumentsApp, PNG, send, uploaded, uploadOf } from '../support/documents.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let files: DocumentsApp
beforeAll(async () => void (files = await openDocumentsApp()))
afterAll(() => files.close())

const sales = () => files.app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) =>
  expectRefusal(files.app, work, status, field)

describe('上传与下载', () => {
  it('内容原样取回,按校验值只存一份', async () => {
    const { id: customer } = await files.company()
    const text = '报价单:含税 ¥100\n'
    const row = await uploaded(sales(), text, { customer }, '报价.txt')
    expect(row).toMatchObject({
      name: '报价.txt',
      sizeBytes: Buffer.byteLength(text),
      sha256: hashOf(text),
      mediaType: 'text/plain; charset=utf-8',
      revision: 1,
      subjectType: 'customer',
      subjectId: customer,
      customerId: customer,
      uploaderName: '王业务',
    })
    expect((await files.content(row.id)).bytes.toString()).toBe(text)
    const { id: other } = await files.company()
    await uploaded(sales(), text, { customer: other }, '副本.txt')
    expect((await files.there()).filter((name) => name === hashOf(text))).toHaveLength(1)
    expect(await readFile(files.pathOf(text), 'utf8')).toBe(text)
    expect((await auditOf(files.app, 'document', row.id)).at(-1)).toMatchObject({
      action: 'create',
      after: { name: '报价.txt', subjectId: customer },
    })
  })

  it('同一记录上同名的是下一版;改名也是', async () => {
    const { id: customer } = await files.company()
    const first = await uploaded(sales(), '一', { customer }, '合同.txt')
    expect((await uploaded(sales(), '二', { customer }, '合同.txt')).revision).toBe(2)
    const third = await uploaded(sales(), '三', { customer }, '草稿.txt')
    const renamed = await sales().patch(`/api/documents/${third.id}`, { version: 1, name: '合同.txt' })
    expect(renamed).toMatchObject({ status: 200, body: { name: '合同.txt', revision: 3, version: 2 } })
    await refuses(() => sales().patch(`/api/documents/${third.id}`, { version: 1, name: 'a.txt' }), 409)
    await refuses(() => sales().patch(`/api/documents/${third.id}`, { version: 2, name: '../a.txt' }), 400, 'name')
    await refuses(() => sales().patch(`/api/documents/${third.id}`, { version: 2, sha256: 'x' }), 400, 'sha256')
    expect((await files.content(first.id)).bytes.toString()).toBe('一')
  })

  it('断点续传:给一段取一段,没有那一段就说明;没变过的不再传', async () => {
    const { id: customer } = await files.company()
    const { id } = await uploaded(sales(), '0123456789', { customer })
    const part = await files.content(id, '', { range: 'bytes=2-4' })
    expect([part.status, part.bytes.toString(), part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10'])
    expect((await files.content(id, '', { range: 'bytes=-3' })).bytes.toString()).toBe('789')
    expect((await files.content(id, '', { range: 'bytes=7-' })).bytes.toString()).toBe('789')
    expect((await files.content(id, '', { range: 'bytes=10-' })).status).toBe(416)
    const { headers } = await files.content(id)
    expect(headers['cache-control']).toBe('private, no-cache')
    expect((await files.content(id, '', { 'if-none-match': String(headers['etag']) })).status).toBe(304)
  })

  it('文件名里的路径、引号和中文都原样或安全地回来', async () => {
    const { id: customer } = await files.company()
    const named = async (name: string) => {
      const row = await uploaded(sales(), name, { customer }, name)
      return [row.name, (await files.content(row.id, '?download=true')).headers['content-disposition']]
    }
    expect(await named('../../etc/passwd.txt')).toEqual([
      'passwd.txt',
      `attachment; filename="passwd.txt"; filename*=UTF-8''passwd.txt`,
    ])
    expect(await named("合同'(终稿)*.pdf")).toEqual([
      "合同'(终稿)*.pdf",
      `attachment; filename="__'(__)*.pdf"; filename*=UTF-8''%E5%90%88%E5%90%8C%27%28%E7%BB%88%E7%A8%BF%29%2A.pdf`,
    ])
    const quoted = await sales().patch(`/api/documents/${(await uploaded(sales(), 'q', { customer })).id}`, {
      version: 1,
      name: 'a"b%.txt',
    })
    expect((await files.content(quoted.body.id, '?download=true')).headers['content-disposition']).toBe(
      `attachment; filename="a_b_.txt"; filename*=UTF-8''a%22b%25.txt`,
    )
  })

  it('同一个 Idempotency-Key 再来一次只有一个文档', async () => {
    const { id: customer } = await files.company()
    const request = uploadOf('只要一份', { customer })
    const again = { ...request, headers: { ...request.headers, 'idempotency-key': 'doc-1' } }
    const [one, two] = [await sales().send(again), await sales().send(again)]
    expect([one.status, two.status, two.body.id]).toEqual([201, 201, one.body.id])
    expect((await sales().get(`/api/documents?customerId=${customer}`)).body.total).toBe(1)
  })
})

describe('什么能在页面里打开', () => {
  const HTML = '<script>alert(1)</script>'
  it.each([
    ['照片.png', PNG, 'image/png', true],
    ['伪装.txt', PNG, 'image/png', true],
    ['方案.pdf', Buffer.from('%PDF-1.7\n'), 'application/pdf', true],
    ['说明.txt', Buffer.from('你好'), 'text/plain; charset=utf-8', true],
    ['旧说明.txt', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), 'text/plain; charset=gb18030', true],
    ['网页.html', Buffer.from(HTML), 'application/octet-stream', false],
    ['网页.png', Buffer.from(HTML), 'application/octet-stream', false],
    ['图.svg', Buffer.from('<svg onload="alert(1)"/>'), 'application/octet-stream', false],
    ['程序.exe', Buffer.from('MZ\x90\0'), 'application/octet-stream', false],
    ['脚本.js', Buffer.from('alert(1)'), 'application/octet-stream', false],
    ['快捷.lnk', Buffer.from('L\0\0\0'), 'application/octet-stream', false],
    ['带宏.xlsm', Buffer.from('PK\x03\x04'), 'application/octet-stream', false],
    ['表.xlsx', Buffer.from('PK\x03\x04'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', false],
    ['假表.xlsx', Buffer.from(HTML), 'application/octet-stream', false],
    ['二进制.txt', Buffer.from('a\0b'), 'application/octet-stream', false],
  ])('%s', async (name, bytes, mediaType, inline) => {
    const { id: customer } = await files.company()
    const { id } = await uploaded(sales(), bytes, { customer }, name)
    const answer = await files.content(id)
    expect(answer.bytes.equals(bytes)).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-type': mediaType,
      'content-disposition': expect.stringMatching(inline ? /^inline/ : /^attachment/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    expect((await files.content(id, '?download=true')).headers['content-disposition']).toMatch(/^attachment/)
  })
})

describe('不收的', () => {
  it('说不清挂在哪里、看不见的记录、空文件', async () => {
    const { id: foreign } = await files.company(files.app.ids.users.sales2)
    const there = await files.there()
    const raw = (fields: Record<string, string>) => {
      const { payload, ...rest } = uploadOf('字段', { customer: 1 })
      const text = String(payload)
        .replace('customer\r\n', `${fields['subjectType'] ?? 'customer'}\r\n`)
        .replace('\r\n1\r\n', `\r\n${fields['subjectId'] ?? '1'}\r\n`)
      return () => sales().send({ ...rest, payload: text })
    }
    await refuses(raw({ subjectType: 'user' }), 400, 'subjectType')
    await refuses(raw({ subjectType: '__proto__' }), 400, 'subjectType')
    for (const subjectId of ['01', '1e3', '-1', '', ' 1']) await refuses(raw({ subjectId }), 400, 'subjectId')
    await refuses(() => send(sales(), '别人的', { customer: foreign }), 404)
    await refuses(() => send(sales(), '没有的', { customer: 999_999 }), 404)
    await refuses(() => send(sales(), '', { customer: foreign }), 404)
    await refuses(() => send(sales(), ''), 400, 'file')
    await refuses(() => sales().post('/api/documents', { name: 'a' }), 415)
    expect(await files.there()).toEqual(there)
  })

  it('超过 20 MB 的答 413,什么也不留下', async () => {
    const there = await files.there()
    const { id: customer } = await files.company()
    const answer = await send(sales(), Buffer.alloc(20 * 1024 * 1024 + 1), { customer }, '太大.bin')
    expect(answer).toMatchObject({ status: 413, body: { detail: expect.stringContaining('20 MB') } })
    expect(await files.there()).toEqual(there)
    expect((await sales().get(`/api/documents?customerId=${customer}`)).body.total).toBe(0)
    expect((await send(sales(), Buffer.alloc(20 * 1024 * 1024), { customer }, '正好.bin')).status).toBe(201)
  })

  it('一个记录最多 20 个', async () => {
    const { id: customer } = await files.company()
    for (let i = 0; i < 20; i++) await uploaded(sales(), `第${i}个`, { customer })
    const there = await files.there()
    await refuses(() => send(sales(), '第二十一个', { customer }), 400, 'file')
    expect(await files.there()).toEqual(there)
  })

  it('传到一半断开,文件夹里什么也不留下', async () => {
    const there = await files.there()
    await files.app.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = files.app.app.server.address() as AddressInfo
    const { headers, payload } = uploadOf(Buffer.alloc(2_000_000, 1)) as {
      headers: Record<string, string>
      payload: Buffer
    }
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `POST /api/documents HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\ncookie: ${await files.app.signIn('sales1')}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${payload.length}\r\n\r\n`,
    )
    socket.write(payload.subarray(0, payload.length >> 1))
    while ((await files.there()).length === there.length) await sleep(10)
    socket.destroy()
    while ((await files.there()).length > there.length) await sleep(10)
    expect(await files.there()).toEqual(there)
  })
})
