import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '@crm/server/core/actor'
import { later } from '@crm/server/core/clock'
import {
  attachDocuments,
  documentsOf,
  dropDrafts,
  referencedContents,
  tidyDocuments,
} from '@crm/server/modules/contracts/documents/service'
import { eraseCustomer } from '@crm/server/modules/customers/service'
import { loadRights } from '@crm/server/modules/org/service'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { send, uploaded, uploadOf } from '../support/documents.ts'
import { download } from '../support/importing.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
let filesDir: string
beforeAll(async () => {
  filesDir = await mkdtemp(join(tmpdir(), 'crm-documents-'))
  app = await openTestApp({ filesDir })
})
afterAll(async () => {
  await app.close()
  await rm(filesDir, { recursive: true, force: true })
})

const admin = () => app.as('admin')
const sales = () => app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
let n = 0
const company = (ownerId = app.ids.users.sales1) => app.make.customer({ name: `文档公司${++n}号`, ownerId })
const hashOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const pathOf = (content: string | Buffer) => join(filesDir, hashOf(content).slice(0, 2), hashOf(content))
/** Everything in the folder of files, contents and half ones. */
const filesThere = async () =>
  (await readdir(filesDir, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => one.name)
const content = async (id: number, query = '', headers = {}) => {
  const { rawPayload, ...answer } = await app.app.inject({
    method: 'GET',
    url: `/api/documents/${id}/content${query}`,
    headers: { cookie: await app.signIn('sales1'), host: 'localhost', ...headers },
  })
  return { status: answer.statusCode, headers: answer.headers, bytes: rawPayload }
}
const system = () => systemActor(app.clock.now(), app.clock.today(), 'job', '系统')
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(40, 7)])

describe('上传与下载', () => {
  it('内容原样取回,按校验值只存一份', async () => {
    const { id: customer } = await company()
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
    expect((await content(row.id)).bytes.toString()).toBe(text)
    const { id: other } = await company()
    await uploaded(sales(), text, { customer: other }, '副本.txt')
    expect((await filesThere()).filter((name) => name === hashOf(text))).toHaveLength(1)
    expect(await readFile(pathOf(text), 'utf8')).toBe(text)
    expect((await auditOf(app, 'document', row.id)).at(-1)).toMatchObject({
      action: 'create',
      after: { name: '报价.txt', subjectId: customer },
    })
  })

  it('同一记录上同名的是下一版;改名也是', async () => {
    const { id: customer } = await company()
    const first = await uploaded(sales(), '一', { customer }, '合同.txt')
    expect((await uploaded(sales(), '二', { customer }, '合同.txt')).revision).toBe(2)
    const third = await uploaded(sales(), '三', { customer }, '草稿.txt')
    const renamed = await sales().patch(`/api/documents/${third.id}`, { version: 1, name: '合同.txt' })
    expect(renamed).toMatchObject({ status: 200, body: { name: '合同.txt', revision: 3, version: 2 } })
    await refuses(() => sales().patch(`/api/documents/${third.id}`, { version: 1, name: 'a.txt' }), 409)
    await refuses(() => sales().patch(`/api/documents/${third.id}`, { version: 2, name: '../a.txt' }), 400, 'name')
    await refuses(() => sales().patch(`/api/documents/${third.id}`, { version: 2, sha256: 'x' }), 400, 'sha256')
    expect((await content(first.id)).bytes.toString()).toBe('一')
  })

  it('断点续传:给一段取一段,没有那一段就说明;没变过的不再传', async () => {
    const { id: customer } = await company()
    const { id } = await uploaded(sales(), '0123456789', { customer })
    const part = await content(id, '', { range: 'bytes=2-4' })
    expect([part.status, part.bytes.toString(), part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10'])
    expect((await content(id, '', { range: 'bytes=-3' })).bytes.toString()).toBe('789')
    expect((await content(id, '', { range: 'bytes=7-' })).bytes.toString()).toBe('789')
    expect((await content(id, '', { range: 'bytes=10-' })).status).toBe(416)
    const { headers } = await content(id)
    expect(headers['cache-control']).toBe('private, no-cache')
    expect((await content(id, '', { 'if-none-match': String(headers['etag']) })).status).toBe(304)
  })

  it('文件名里的路径、引号和中文都原样或安全地回来', async () => {
    const { id: customer } = await company()
    const named = async (name: string) => {
      const row = await uploaded(sales(), name, { customer }, name)
      return [row.name, (await content(row.id, '?download=true')).headers['content-disposition']]
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
    expect((await content(quoted.body.id, '?download=true')).headers['content-disposition']).toBe(
      `attachment; filename="a_b_.txt"; filename*=UTF-8''a%22b%25.txt`,
    )
  })

  it('同一个 Idempotency-Key 再来一次只有一个文档', async () => {
    const { id: customer } = await company()
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
    const { id: customer } = await company()
    const { id } = await uploaded(sales(), bytes, { customer }, name)
    const answer = await content(id)
    expect(answer.bytes.equals(bytes)).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-type': mediaType,
      'content-disposition': expect.stringMatching(inline ? /^inline/ : /^attachment/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    expect((await content(id, '?download=true')).headers['content-disposition']).toMatch(/^attachment/)
  })
})

describe('谁看得到', () => {
  it('跟着客户走:转走以后立刻看不到,接手的人看得到', async () => {
    const { id: customer } = await company()
    const { id } = await uploaded(sales(), '客户机密', { customer })
    const urls = [`/api/documents/${id}`, `/api/documents/${id}/content`]
    const statuses = async (who: 'sales1' | 'sales2') =>
      Promise.all(urls.map(async (url) => (await app.as(who).get(url)).status))
    expect([await statuses('sales1'), await statuses('sales2')]).toEqual([
      [200, 200],
      [404, 404],
    ])
    await admin().post(`/api/customers/${customer}/transfer`, { version: 1, ownerId: app.ids.users.sales2 })
    expect([await statuses('sales1'), await statuses('sales2')]).toEqual([
      [404, 404],
      [200, 200],
    ])
    expect((await sales().get(`/api/documents?customerId=${customer}`)).body.items).toEqual([])
    await refuses(() => sales().delete(`/api/documents/${id}?version=1`), 404)
    await refuses(() => send(sales(), '再传', { customer }), 404)
  })

  it('跟着联系人走:联系人进了回收站就看不到,恢复后又在;换公司时一起走', async () => {
    const { id: customer } = await company()
    const { id: contact } = await app.make.contact({ customerId: customer, name: '附件人' })
    const { id } = await uploaded(sales(), '名片', { contact }, '名片.txt')
    const listed = async (customerId: number) =>
      (await sales().get(`/api/documents?customerId=${customerId}`)).body.items.map((row: { id: number }) => row.id)
    expect(await listed(customer)).toEqual([id])
    await sales().delete(`/api/contacts/${contact}?version=1`)
    expect([await listed(customer), (await sales().get(`/api/documents/${id}`)).status]).toEqual([[], 404])
    await refuses(() => send(sales(), '晚了', { contact }), 404)
    await sales().post(`/api/contacts/${contact}/restore`)
    expect(await listed(customer)).toEqual([id])
    const { id: elsewhere } = await company()
    await sales().patch(`/api/contacts/${contact}`, { version: 3, customerId: elsewhere })
    expect([await listed(customer), await listed(elsewhere)]).toEqual([[], [id]])
  })

  it('客户进了回收站,文档跟着不见;恢复客户后又在', async () => {
    const { id: customer } = await company()
    const { id } = await uploaded(sales(), '跟着客户', { customer })
    await admin().delete(`/api/customers/${customer}?version=1`)
    for (const url of [`/api/documents/${id}`, `/api/documents/${id}/content`])
      expect((await admin().get(url)).status).toBe(404)
    expect((await admin().get(`/api/documents?customerId=${customer}`)).body.total).toBe(0)
    await admin().post(`/api/customers/${customer}/restore`)
    expect((await admin().get(`/api/documents/${id}`)).status).toBe(200)
  })

  it('删除的进回收站,内容取不到;恢复后原样', async () => {
    const { id: customer } = await company()
    const { id } = await uploaded(sales(), '误删', { customer })
    await refuses(() => sales().delete(`/api/documents/${id}`), 400, 'version')
    await refuses(() => sales().delete(`/api/documents/${id}?version=9`), 409)
    expect((await sales().delete(`/api/documents/${id}?version=1`)).status).toBe(204)
    expect((await content(id)).status).toBe(404)
    expect((await sales().get(`/api/documents?deleted=only&customerId=${customer}`)).body.items).toMatchObject([{ id }])
    expect((await sales().post(`/api/documents/${id}/restore`)).body).toMatchObject({ id, version: 3 })
    expect((await content(id)).bytes.toString()).toBe('误删')
  })

  it('按文件名搜索,只在自己的范围里', async () => {
    const [{ id: mine }, { id: foreign }] = [await company(), await company(app.ids.users.sales2)]
    await uploaded(admin(), '甲', { customer: mine }, '年度框架协议.txt')
    await uploaded(admin(), '乙', { customer: foreign }, '年度框架补充.txt')
    const found = async (who: 'sales1' | 'admin') =>
      (await app.as(who).get(`/api/documents?q=${encodeURIComponent('框架')}&sort=name`)).body.items.map(
        (row: { name: string }) => row.name,
      )
    expect(await found('sales1')).toEqual(['年度框架协议.txt'])
    expect(await found('admin')).toEqual(['年度框架协议.txt', '年度框架补充.txt'])
  })
})

describe('草稿', () => {
  const actorOf = async (who: 'sales1' | 'sales1b') => ({
    ...(await loadRights(app.store.read, app.ids.users[who]))!,
    at: app.clock.now(),
    today: app.clock.today(),
    via: 'web' as const,
    address: null,
  })
  const attach = async (who: 'sales1' | 'sales1b', ids: number[], customerId: number) => {
    const actor = await actorOf(who)
    return app.store.tx((tx) => attachDocuments(tx, actor, ids, 'customer', customerId, customerId))
  }

  it('只有上传的人看得到,管理员也看不到;他可以扔掉', async () => {
    const draft = await uploaded(sales(), '还没写完')
    expect(draft).toMatchObject({ subjectType: null, subjectId: null, customerId: null, revision: 1 })
    expect((await content(draft.id)).bytes.toString()).toBe('还没写完')
    for (const who of ['admin', 'sales1b'] as const) {
      expect((await app.as(who).get(`/api/documents/${draft.id}`)).status).toBe(404)
      expect((await app.as(who).get(`/api/documents/${draft.id}/content`)).status).toBe(404)
      await refuses(() => app.as(who).delete(`/api/documents/${draft.id}?version=1`), 404)
    }
    expect((await admin().get('/api/documents?size=200')).body.items.map(({ id }: { id: number }) => id)).not.toContain(
      draft.id,
    )
    await refuses(() => sales().patch(`/api/documents/${draft.id}`, { version: 1, name: 'x' }), 409)
    expect((await sales().delete(`/api/documents/${draft.id}?version=1`)).status).toBe(204)
    expect((await sales().get(`/api/documents/${draft.id}`)).status).toBe(404)
  })

  it('挂到记录上以后归记录;别人的、用过的、不存在的一个也不收', async () => {
    const { id: customer } = await company()
    const [a, b] = [await uploaded(sales(), 'a', {}, '同名.txt'), await uploaded(sales(), 'b', {}, '同名.txt')]
    const foreign = await uploaded(app.as('sales1b'), 'c')
    const refused = { code: 'invalid_input', extra: { errors: [{ field: 'documentIds.1' }] } }
    await expect(attach('sales1', [a.id, foreign.id], customer)).rejects.toMatchObject(refused)
    await expect(attach('sales1', [a.id, 999_999], customer)).rejects.toMatchObject(refused)
    await attach('sales1', [a.id, b.id, a.id], customer)
    await expect(attach('sales1', [b.id], customer)).rejects.toMatchObject({
      extra: { errors: [{ field: 'documentIds.0' }] },
    })
    const rows = (await documentsOf(app.store.read, await actorOf('sales1'), 'customer', [customer])).get(customer)
    expect(rows).toMatchObject([
      { id: a.id, revision: 1, subjectId: customer, customerId: customer },
      { id: b.id, revision: 2 },
    ])
    expect(
      await documentsOf(app.store.read, { ...(await actorOf('sales1')), grants: new Map() }, 'customer', [customer]),
    ).toEqual(new Map())
    expect((await auditOf(app, 'document', a.id)).at(-1)).toMatchObject({
      action: 'attach',
      after: { subjectId: customer },
    })
  })

  it('一天没有用上就清掉,用上的留下', async () => {
    const { id: customer } = await company()
    const [kept, dropped] = [await uploaded(sales(), '用上的'), await uploaded(sales(), '没用上的')]
    await attach('sales1', [kept.id], customer)
    app.clock.advance(DAY_MS - 1000)
    await dropDrafts(app.store, system())
    expect((await sales().get(`/api/documents/${dropped.id}`)).status).toBe(200)
    app.clock.advance(2000)
    await dropDrafts(app.store, system())
    expect((await sales().get(`/api/documents/${dropped.id}`)).status).toBe(404)
    expect((await sales().get(`/api/documents/${kept.id}`)).status).toBe(200)
  })
})

describe('不收的', () => {
  it('说不清挂在哪里、看不见的记录、空文件', async () => {
    const { id: foreign } = await company(app.ids.users.sales2)
    const files = await filesThere()
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
    expect(await filesThere()).toEqual(files)
  })

  it('超过 20 MB 的答 413,什么也不留下', async () => {
    const files = await filesThere()
    const { id: customer } = await company()
    const answer = await send(sales(), Buffer.alloc(20 * 1024 * 1024 + 1), { customer }, '太大.bin')
    expect(answer).toMatchObject({ status: 413, body: { detail: expect.stringContaining('20 MB') } })
    expect(await filesThere()).toEqual(files)
    expect((await sales().get(`/api/documents?customerId=${customer}`)).body.total).toBe(0)
    expect((await send(sales(), Buffer.alloc(20 * 1024 * 1024), { customer }, '正好.bin')).status).toBe(201)
  })

  it('一个记录最多 20 个', async () => {
    const { id: customer } = await company()
    for (let i = 0; i < 20; i++) await uploaded(sales(), `第${i}个`, { customer })
    const files = await filesThere()
    await refuses(() => send(sales(), '第二十一个', { customer }), 400, 'file')
    expect(await filesThere()).toEqual(files)
  })

  it('传到一半断开,文件夹里什么也不留下', async () => {
    const files = await filesThere()
    await app.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.app.server.address() as AddressInfo
    const { headers, payload } = uploadOf(Buffer.alloc(2_000_000, 1)) as {
      headers: Record<string, string>
      payload: Buffer
    }
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `POST /api/documents HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\ncookie: ${await app.signIn('sales1')}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${payload.length}\r\n\r\n`,
    )
    socket.write(payload.subarray(0, payload.length >> 1))
    while ((await filesThere()).length === files.length) await sleep(10)
    socket.destroy()
    while ((await filesThere()).length > files.length) await sleep(10)
    expect(await filesThere()).toEqual(files)
  })
})

describe('内容的去留', () => {
  const old = async (text: string) => {
    const at = (Date.parse(app.clock.now()) - 2 * DAY_MS) / 1000
    await utimes(pathOf(text), at, at)
  }
  const tidy = (at = app.clock.now()) =>
    tidyDocuments({ store: app.store, clock: app.clock, filesDir }, { ...system(), at })

  it('客户彻底删除后没人要的内容让出来,别处还在用的留下', async () => {
    const [{ id: gone }, { id: stays }] = [await company(), await company()]
    const { id } = await uploaded(sales(), '只此一份', { customer: gone })
    await uploaded(sales(), '两处都有', { customer: gone })
    await uploaded(sales(), '两处都有', { customer: stays })
    await app.store.tx((tx) => eraseCustomer(tx, gone))
    expect((await admin().get(`/api/documents/${id}`)).status).toBe(404)
    for (const text of ['只此一份', '两处都有']) await old(text)
    await tidy()
    expect([existsSync(pathOf('只此一份')), existsSync(pathOf('两处都有'))]).toEqual([false, true])
    expect(await referencedContents(app.store.read)).toContain(hashOf('两处都有'))
  })

  it('刚放下、记录还在路上的内容不动;回收站里的满三十天才彻底删除', async () => {
    const { id: customer } = await company()
    const { id } = await uploaded(sales(), '回收站里的', { customer })
    await sales().delete(`/api/documents/${id}?version=1`)
    await old('回收站里的')
    await tidy()
    expect(existsSync(pathOf('回收站里的'))).toBe(true)
    await tidy(later(app.clock.now(), 31 * DAY_MS))
    expect(existsSync(pathOf('回收站里的'))).toBe(false)
    expect((await auditOf(app, 'document', id)).at(-1)).toMatchObject({ action: 'purge', before: { name: '说明.txt' } })
    await refuses(() => admin().post(`/api/documents/${id}/restore`), 404)
  })

  it('清理过的内容再传一次,又完好', async () => {
    const { id: customer } = await company()
    const row = await uploaded(sales(), '回收站里的', { customer })
    const { bytes } = await download(app, await app.signIn('sales1'), `/api/documents/${row.id}/content`)
    expect(bytes.toString()).toBe('回收站里的')
  })
})
