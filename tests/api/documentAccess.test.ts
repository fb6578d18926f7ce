import { existsSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '@crm/server/core/access/actor'
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
import type { Answer } from '../support/client.ts'
import { type DocumentsApp, hashOf, openDocumentsApp, send, uploaded } from '../support/documents.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
let files: DocumentsApp
beforeAll(async () => void (files = await openDocumentsApp()))
afterAll(() => files.close())

const admin = () => files.app.as('admin')
const sales = () => files.app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) =>
  expectRefusal(files.app, work, status, field)
const system = () => systemActor(files.app.clock.now(), files.app.clock.today(), 'job', '系统')

describe('谁看得到', () => {
  it('跟着客户走:转走以后立刻看不到,接手的人看得到', async () => {
    const { id: customer } = await files.company()
    const { id } = await uploaded(sales(), '客户机密', { customer })
    const urls = [`/api/documents/${id}`, `/api/documents/${id}/content`]
    const statuses = async (who: 'sales1' | 'sales2') =>
      Promise.all(urls.map(async (url) => (await files.app.as(who).get(url)).status))
    expect([await statuses('sales1'), await statuses('sales2')]).toEqual([
      [200, 200],
      [404, 404],
    ])
    await admin().post(`/api/customers/${customer}/transfer`, { version: 1, ownerId: files.app.ids.users.sales2 })
    expect([await statuses('sales1'), await statuses('sales2')]).toEqual([
      [404, 404],
      [200, 200],
    ])
    expect((await sales().get(`/api/documents?customerId=${customer}`)).body.items).toEqual([])
    await refuses(() => sales().delete(`/api/documents/${id}?version=1`), 404)
    await refuses(() => send(sales(), '再传', { customer }), 404)
  })

  it('跟着联系人走:联系人进了回收站就看不到,恢复后又在;换公司时一起走', async () => {
    const { id: customer } = await files.company()
    const { id: contact } = await files.app.make.contact({ customerId: customer, name: '附件人' })
    const { id } = await uploaded(sales(), '名片', { contact }, '名片.txt')
    const listed = async (customerId: number) =>
      (await sales().get(`/api/documents?customerId=${customerId}`)).body.items.map((row: { id: number }) => row.id)
    expect(await listed(customer)).toEqual([id])
    await sales().delete(`/api/contacts/${contact}?version=1`)
    expect([await listed(customer), (await sales().get(`/api/documents/${id}`)).status]).toEqual([[], 404])
    await refuses(() => send(sales(), '晚了', { contact }), 404)
    await sales().post(`/api/contacts/${contact}/restore`)
    expect(await listed(customer)).toEqual([id])
    const { id: elsewhere } = await files.company()
    await sales().patch(`/api/contacts/${contact}`, { version: 3, customerId: elsewhere })
    expect([await listed(customer), await listed(elsewhere)]).toEqual([[], [id]])
  })

  it('客户进了回收站,文档跟着不见;恢复客户后又在', async () => {
    const { id: customer } = await files.company()
    const { id } = await uploaded(sales(), '跟着客户', { customer })
    await admin().delete(`/api/customers/${customer}?version=1`)
    for (const url of [`/api/documents/${id}`, `/api/documents/${id}/content`])
      expect((await admin().get(url)).status).toBe(404)
    expect((await admin().get(`/api/documents?customerId=${customer}`)).body.total).toBe(0)
    await admin().post(`/api/customers/${customer}/restore`)
    expect((await admin().get(`/api/documents/${id}`)).status).toBe(200)
  })

  it('删除的进回收站,内容取不到;恢复后原样', async () => {
    const { id: customer } = await files.company()
    const { id } = await uploaded(sales(), '误删', { customer })
    await refuses(() => sales().delete(`/api/documents/${id}`), 400, 'version')
    await refuses(() => sales().delete(`/api/documents/${id}?version=9`), 409)
    expect((await sales().delete(`/api/documents/${id}?version=1`)).status).toBe(204)
    expect((await files.content(id)).status).toBe(404)
    expect((await sales().get(`/api/documents?deleted=only&customerId=${customer}`)).body.items).toMatchObject([{ id }])
    expect((await sales().post(`/api/documents/${id}/restore`)).body).toMatchObject({ id, version: 3 })
    expect((await files.content(id)).bytes.toString()).toBe('误删')
  })

  it('上传写在客户的时间线上,删了就不在', async () => {
    const { id: customer } = await files.company()
    await uploaded(sales(), '一', { customer }, '合同.txt')
    const { id } = await uploaded(sales(), '二', { customer }, '合同.txt')
    const told = async () =>
      (await sales().get(`/api/customers/${customer}/timeline?kinds=document`)).body.items.map(
        ({ actorName, text, title }: Record<string, string>) => [actorName, title, text],
      )
    expect(await told()).toEqual([
      ['王业务', '上传文档(第 2 版)', '合同.txt'],
      ['王业务', '上传文档', '合同.txt'],
    ])
    await sales().delete(`/api/documents/${id}?version=1`)
    expect(await told()).toEqual([['王业务', '上传文档', '合同.txt']])
  })

  it('按文件名搜索,只在自己的范围里', async () => {
    const [{ id: mine }, { id: foreign }] = [await files.company(), await files.company(files.app.ids.users.sales2)]
    await uploaded(admin(), '甲', { customer: mine }, '年度框架协议.txt')
    await uploaded(admin(), '乙', { customer: foreign }, '年度框架补充.txt')
    const found = async (who: 'sales1' | 'admin') =>
      (await files.app.as(who).get(`/api/documents?q=${encodeURIComponent('框架')}&sort=name`)).body.items.map(
        (row: { name: string }) => row.name,
      )
    expect(await found('sales1')).toEqual(['年度框架协议.txt'])
    expect(await found('admin')).toEqual(['年度框架协议.txt', '年度框架补充.txt'])
  })
})

describe('草稿', () => {
  const actorOf = async (who: 'sales1' | 'sales1b') => ({
    ...(await loadRights(files.app.store.read, files.app.ids.users[who]))!,
    at: files.app.clock.now(),
    today: files.app.clock.today(),
    via: 'web' as const,
    address: null,
  })
  const attach = async (who: 'sales1' | 'sales1b', ids: number[], customerId: number) => {
    const actor = await actorOf(who)
    return files.app.store.tx((tx) => attachDocuments(tx, actor, ids, 'customer', customerId, customerId))
  }

  it('只有上传的人看得到,管理员也看不到;他可以扔掉', async () => {
    const draft = await uploaded(sales(), '还没写完')
    expect(draft).toMatchObject({ subjectType: null, subjectId: null, customerId: null, revision: 1 })
    expect((await files.content(draft.id)).bytes.toString()).toBe('还没写完')
    for (const who of ['admin', 'sales1b'] as const) {
      expect((await files.app.as(who).get(`/api/documents/${draft.id}`)).status).toBe(404)
      expect((await files.app.as(who).get(`/api/documents/${draft.id}/content`)).status).toBe(404)
      await refuses(() => files.app.as(who).delete(`/api/documents/${draft.id}?version=1`), 404)
    }
    expect((await admin().get('/api/documents?size=200')).body.items.map(({ id }: { id: number }) => id)).not.toContain(
      draft.id,
    )
    await refuses(() => sales().patch(`/api/documents/${draft.id}`, { version: 1, name: 'x' }), 409)
    expect((await sales().delete(`/api/documents/${draft.id}?version=1`)).status).toBe(204)
    expect((await sales().get(`/api/documents/${draft.id}`)).status).toBe(404)
  })

  it('挂到记录上以后归记录;别人的、用过的、不存在的一个也不收', async () => {
    const { id: customer } = await files.company()
    const [a, b] = [await uploaded(sales(), 'a', {}, '同名.txt'), await uploaded(sales(), 'b', {}, '同名.txt')]
    const foreign = await uploaded(files.app.as('sales1b'), 'c')
    const refused = { code: 'invalid_input', extra: { errors: [{ field: 'documentIds.1' }] } }
    await expect(attach('sales1', [a.id, foreign.id], customer)).rejects.toMatchObject(refused)
    await expect(attach('sales1', [a.id, 999_999], customer)).rejects.toMatchObject(refused)
    await attach('sales1', [a.id, b.id, a.id], customer)
    await expect(attach('sales1', [b.id], customer)).rejects.toMatchObject({
      extra: { errors: [{ field: 'documentIds.0' }] },
    })
    const rows = (await documentsOf(files.app.store.read, await actorOf('sales1'), 'customer', [customer])).get(
      customer,
    )
    expect(rows).toMatchObject([
      { id: a.id, revision: 1, subjectId: customer, customerId: customer },
      { id: b.id, revision: 2 },
    ])
    expect(
      await documentsOf(files.app.store.read, { ...(await actorOf('sales1')), grants: new Map() }, 'customer', [
        customer,
      ]),
    ).toEqual(new Map())
    expect((await auditOf(files.app, 'document', a.id)).at(-1)).toMatchObject({
      action: 'attach',
      after: { subjectId: customer },
    })
  })

  it('一天没有用上就清掉,用上的留下', async () => {
    const { id: customer } = await files.company()
    const [kept, dropped] = [await uploaded(sales(), '用上的'), await uploaded(sales(), '没用上的')]
    await attach('sales1', [kept.id], customer)
    files.app.clock.advance(DAY_MS - 1000)
    await dropDrafts(files.app.store, system())
    expect((await sales().get(`/api/documents/${dropped.id}`)).status).toBe(200)
    files.app.clock.advance(2000)
    await dropDrafts(files.app.store, system())
    expect((await sales().get(`/api/documents/${dropped.id}`)).status).toBe(404)
    expect((await sales().get(`/api/documents/${kept.id}`)).status).toBe(200)
  })
})

describe('内容的去留', () => {
  const old = async (text: string) => {
    const at = (Date.parse(files.app.clock.now()) - 2 * DAY_MS) / 1000
    await utimes(files.pathOf(text), at, at)
  }
  const tidy = (at = files.app.clock.now()) =>
    tidyDocuments({ store: files.app.store, clock: files.app.clock, filesDir: files.dir }, { ...system(), at })

  it('客户彻底删除后没人要的内容让出来,别处还在用的留下', async () => {
    const [{ id: gone }, { id: stays }] = [await files.company(), await files.company()]
    const { id } = await uploaded(sales(), '只此一份', { customer: gone })
    await uploaded(sales(), '两处都有', { customer: gone })
    await uploaded(sales(), '两处都有', { customer: stays })
    await files.app.store.tx((tx) => eraseCustomer(tx, gone))
    expect((await admin().get(`/api/documents/${id}`)).status).toBe(404)
    for (const text of ['只此一份', '两处都有']) await old(text)
    await tidy()
    expect([existsSync(files.pathOf('只此一份')), existsSync(files.pathOf('两处都有'))]).toEqual([false, true])
    expect(await referencedContents(files.app.store.read)).toContain(hashOf('两处都有'))
  })

  it('刚放下、记录还在路上的内容不动;回收站里的满三十天才彻底删除', async () => {
    const { id: customer } = await files.company()
    const { id } = await uploaded(sales(), '回收站里的', { customer })
    await sales().delete(`/api/documents/${id}?version=1`)
    await old('回收站里的')
    await tidy()
    expect(existsSync(files.pathOf('回收站里的'))).toBe(true)
    await tidy(later(files.app.clock.now(), 31 * DAY_MS))
    expect(existsSync(files.pathOf('回收站里的'))).toBe(false)
    expect((await auditOf(files.app, 'document', id)).at(-1)).toMatchObject({
      action: 'purge',
      before: { name: '说明.txt' },
    })
    await refuses(() => admin().post(`/api/documents/${id}/restore`), 404)
  })

  it('清理过的内容再传一次,又完好', async () => {
    const { id: customer } = await files.company()
    const row = await uploaded(sales(), '回收站里的', { customer })
    const { bytes } = await files.content(row.id)
    expect(bytes.toString()).toBe('回收站里的')
  })
})
