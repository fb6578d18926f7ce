import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tradeFollowers } from '@crm/server/modules/tradeFollowers'
import { resumeImports } from '@crm/server/modules/system/imports/service'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { checkedUpload, csv, finished, form, imported, rowsOf, upload } from '../support/importing.ts'

let app: TestApp
let admin: Client
let head: Client
let filesDir: string

beforeAll(async () => {
  filesDir = await mkdtemp(join(tmpdir(), 'crm-uploads-'))
  app = await openTestApp({ filesDir })
  admin = app.as('admin')
  head = app.as('head1')
})
afterAll(async () => {
  await app.close()
  await rm(filesDir, { recursive: true, force: true })
})

const messages = async (id: number, by = admin) =>
  (await rowsOf(by, id)).map(({ message, status }) => [status, message])
const uploadsLeft = () => readdir(join(filesDir, 'uploads')).catch(() => [])

describe('谁可以导入', () => {
  it('没有导入权限的一律 403,没登录的 401', async () => {
    const file = csv([['客户名称'], ['无权公司']])
    expect((await upload(app.as('sales1'), file)).status).toBe(403)
    expect((await upload(app.anonymous, file)).status).toBe(401)
    expect((await app.as('sales1').get('/api/imports')).status).toBe(403)
    expect(await uploadsLeft()).toEqual([])
  })

  it('别人的批次当作不存在;管理员看得到全部', async () => {
    const batch = await checkedUpload(admin, csv([['客户名称'], ['管理员的公司']]))
    for (const path of ['', '/rows', '/errors.xlsx'])
      expect((await head.get(`/api/imports/${batch.id}${path}`)).status).toBe(404)
    for (const verb of ['run', 'undo']) expect((await head.post(`/api/imports/${batch.id}/${verb}`)).status).toBe(404)
    expect((await head.post(`/api/imports/${batch.id}/check`, {})).status).toBe(404)
    const mine = await checkedUpload(head, csv([['客户名称'], ['经理的公司']]))
    expect((await head.get('/api/imports')).body.items.map(({ id }: { id: number }) => id)).toEqual([mine.id])
    expect((await admin.get(`/api/imports/${mine.id}`)).body.userName).toBe('陈经理')
  })

  it('不能借导入改动管理范围以外的客户,也不能把客户派到范围以外', async () => {
    const foreign = await app.make.customer({ number: 'F1', name: '华南客户公司', ownerId: app.ids.users.sales2 })
    const file = csv([
      ['客户编号', '客户名称', '地址', '负责人'],
      ['F1', '华南客户公司', '被改的地址', ''],
      ['F2', '派往华南公司', '', '孙华南'],
      ['F3', '留在华东公司', '', '王业务'],
    ])
    const batch = await imported(head, file, { mode: 'update' })
    expect(batch).toMatchObject({ created: 1, updated: 0, failed: 2 })
    expect(await messages(batch.id, head)).toEqual([
      ['failed', '与已有的“华南客户公司”(负责人:孙华南)客户编号相同,不在你可以修改的范围内,未改动'],
      ['failed', '负责人不在你的管理范围内'],
      ['created', null],
    ])
    expect((await admin.get(`/api/customers/${foreign.id}`)).body).toMatchObject({ version: 1, address: null })
  })

  it('令牌的权限管到它开始的导入', async () => {
    const token = app.byToken('admin', ['customer.import', 'customer.read'])
    const batch = await imported(token, csv([['客户名称'], ['令牌公司']]))
    expect(batch).toMatchObject({ created: 0, failed: 1 })
    expect(await messages(batch.id)).toEqual([['failed', '没有新建客户的权限']])
  })

  it('带星号的隐藏号码写不进去:新建时报错,更新时保留原号', async () => {
    await app.make.customer({ number: 'M1', name: '星号公司', phone: '13812345678' })
    const batch = await imported(
      admin,
      csv([
        ['客户编号', '客户名称', '电话', '地址'],
        ['M1', '星号公司', '138****5678', '新址'],
        ['M2', '星号二公司', '138****5678', ''],
      ]),
      { mode: 'update' },
    )
    expect(batch).toMatchObject({ updated: 1, failed: 1 })
    const [row] = (await admin.get('/api/customers?number=M1')).body.items
    expect(row).toMatchObject({ phone: '13812345678', address: '新址' })
  })
})

describe('上传', () => {
  it('缺文件、缺对象、多余的字段、不是表单,都说清是哪一项', async () => {
    const send = (file: Buffer | null, fields: Record<string, string>) =>
      admin.send({ method: 'POST', url: '/api/imports', ...form(file, fields) })
    const file = csv([['客户名称'], ['字段公司']])
    const cases: [Buffer | null, Record<string, string>, string][] = [
      [null, { entity: 'customer' }, 'file'],
      [file, {}, 'entity'],
      [file, { entity: 'user' }, 'entity'],
      [file, { entity: 'constructor' }, 'entity'],
      [file, { entity: 'customer', mode: 'all' }, 'mode'],
      [file, { entity: 'customer', mapping: '[1]' }, 'mapping'],
      [file, { entity: 'customer', mapping: '{' }, 'mapping'],
      [file, { entity: 'customer', ownerId: '1' }, 'ownerId'],
    ]
    for (const [content, fields, field] of cases) {
      const { body, status } = await send(content, fields)
      expect([status, body.errors?.[0]?.field]).toEqual([400, field])
    }
    expect((await admin.post('/api/imports', { entity: 'customer' })).status).toBe(415)
    expect(
      (await admin.send({ method: 'POST', url: '/api/customers', ...form(null, { name: '表单公司' }) })).status,
    ).toBe(415)
    expect(await uploadsLeft()).toEqual([])
  })

  it('文件名只作显示:去掉路径和控制字符', async () => {
    const batch = await checkedUpload(admin, csv([['客户名称'], ['路径公司']]), { fileName: '../../etc/客户名单.csv' })
    expect(batch.fileName).toBe('客户名单.csv')
  })

  it('传到一半断开,不留下临时文件,也不留下批次', async () => {
    const before = (await admin.get('/api/imports')).body.total
    await app.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.app.server.address() as AddressInfo
    const { headers, payload } = form(
      csv([['客户名称'], ...Array.from({ length: 5000 }, (_, n) => [`断线${n}公司`])]),
      { entity: 'customer' },
    )
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    const origin = `http://127.0.0.1:${port}`
    const head = `POST /api/imports HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${origin}\r\ncookie: ${await app.signIn('admin')}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${payload.length}\r\n\r\n`
    socket.write(head)
    socket.write(payload.subarray(0, payload.length >> 1))
    while ((await uploadsLeft()).length === 0) await sleep(10)
    socket.destroy()
    while ((await uploadsLeft()).length > 0) await sleep(10)
    expect((await admin.get('/api/imports')).body.total).toBe(before)
  })
})

describe('中断与撤销', () => {
  const many = (prefix: string, count: number) =>
    csv([
      ['客户编号', '客户名称'],
      ...Array.from({ length: count }, (_, n) => [`${prefix}${n}`, `${prefix}${n}号公司`]),
    ])
  const countOf = async (prefix: string) =>
    (await app.store.read.selectFrom('customers').select('id').where('number', 'like', `${prefix}%`).execute()).length

  it('服务器中途被杀,另一台接着导完,一行不多一行不少', async () => {
    const batch = await checkedUpload(admin, many('Z', 300))
    await admin.post(`/api/imports/${batch.id}/run`)
    while ((await countOf('Z')) < 20) await sleep(1)
    // As after kill -9: the lease stays with somebody who will never come back.
    await app.store.tx((tx) =>
      tx
        .updateTable('imports')
        .set({ leasedBy: 'dead', leasedUntil: app.clock.now() })
        .where('id', '=', batch.id)
        .execute(),
    )
    await sleep(50)
    const left = await countOf('Z')
    await sleep(300)
    expect(await countOf('Z')).toBe(left)
    expect(left).toBeLessThan(300)
    const deps = { store: app.store, clock: app.clock, followers: tradeFollowers }
    await resumeImports(deps)
    expect(await countOf('Z')).toBe(left)
    app.clock.advance(1000)
    await Promise.all([resumeImports(deps), resumeImports(deps)])
    expect(await finished(admin, batch.id)).toMatchObject({
      state: 'done',
      done: 300,
      created: 300,
      failed: 0,
      skipped: 0,
    })
    expect(await countOf('Z')).toBe(300)
  })

  it('导入人被停用,剩下的就不再写', async () => {
    const boss = await app.make.user({ username: 'boss9', name: '临时经理', roleIds: [app.ids.roles['系统管理员']] })
    const batch = await checkedUpload(admin, many('Y', 3))
    await app.store.tx((tx) =>
      tx
        .updateTable('imports')
        .set({ userId: boss.id, state: 'running', leasedBy: null, leasedUntil: null })
        .where('id', '=', batch.id)
        .execute(),
    )
    await admin.patch(`/api/users/${boss.id}`, { version: boss.version, disabled: true })
    await resumeImports({ store: app.store, clock: app.clock, followers: tradeFollowers })
    expect((await admin.get(`/api/imports/${batch.id}`)).body).toMatchObject({
      state: 'failed',
      created: 0,
      problem: '导入人已停用或不再有导入的权限',
    })
    expect(await countOf('Y')).toBe(0)
  })

  it('撤销只收回没人动过的客户,留下的说明原因,撤销后可以重新导入', async () => {
    const batch = await imported(admin, many('X', 4))
    const rows = await rowsOf(admin, batch.id)
    const [first, second, third] = rows.map(({ recordId }) => recordId!)
    await admin.patch(`/api/customers/${first}`, { version: 1, address: '改过' })
    await app.make.contact({ customerId: second!, name: '新联系人' })
    await admin.delete(`/api/customers/${third}?version=1`)
    const undone = await admin.post(`/api/imports/${batch.id}/undo`)
    expect(undone.body).toMatchObject({ state: 'undone', undone: 1, left: 3 })
    expect(await messages(batch.id)).toEqual([
      ['created', '之后有人修改过,未撤销'],
      ['created', '已有联系人,未撤销'],
      ['created', '已被删除,未撤销'],
      ['undone', null],
    ])
    expect((await admin.post(`/api/imports/${batch.id}/undo`)).status).toBe(409)
    expect((await admin.get('/api/search?q=X3号')).body.customers).toEqual([])
    expect(await imported(admin, many('X', 4))).toMatchObject({ created: 1, skipped: 3 })
  })

  it('没有导入过的批次不用撤销;没有删除权限的人不能撤销', async () => {
    const batch = await checkedUpload(admin, many('W', 1))
    expect((await admin.post(`/api/imports/${batch.id}/undo`)).status).toBe(409)
    const token = app.byToken('admin', ['customer.import', 'customer.read', 'customer.create'])
    const mine = await imported(token, many('W', 2))
    expect(mine.created).toBe(2)
    expect((await token.post(`/api/imports/${mine.id}/undo`)).status).toBe(403)
  })
})

describe('导入联系人', () => {
  const head1 = ['客户名称', '姓名', '手机', '办公电话', '职务', '生日', '首要联系人']

  it('按客户的编号、名称或名称键找到客户;找不到的行点名;重复的人认得出', async () => {
    const one = await app.make.customer({ number: 'P1', name: '人事(集团)股份有限公司' })
    const file = csv([
      head1,
      ['P1', '张三', '13800138003;13800138004', '', '总经理', '1980/1/5', '是'],
      ['人事集团股份有限公司', '李四', '', '０７５５－８２０８８８８８', '', '', ''],
      ['人事(集团)股份有限公司', '张三', '13800138003', '', '', '', ''],
      ['没有这家公司', '王五', '', '', '', '', ''],
      ['P1', '', '', '', '', '', ''],
    ])
    const batch = await imported(admin, file, { entity: 'contact' })
    expect(batch).toMatchObject({ created: 2, skipped: 1, failed: 2, duplicates: 1 })
    expect((await messages(batch.id)).slice(2)).toEqual([
      ['skipped', '与已有的“张三”(同一客户)姓名相同'],
      ['failed', '找不到客户“没有这家公司”,请先导入这个客户或改写客户编号'],
      ['failed', '姓名不能为空'],
    ])
    const { items } = (await admin.get(`/api/contacts?customerId=${one.id}&sort=name`)).body
    expect(items).toMatchObject([
      { name: '李四', isPrimary: false, phone: '０７５５－８２０８８８８８' },
      {
        name: '张三',
        isPrimary: true,
        mobile: '13800138003',
        mobile2: '13800138004',
        jobTitle: '总经理',
        birthday: '1980-01-05',
      },
    ])
    expect(await imported(admin, file, { entity: 'contact' })).toMatchObject({ created: 0, skipped: 3 })
    const undone = await admin.post(`/api/imports/${batch.id}/undo`)
    expect(undone.body).toMatchObject({ undone: 2, left: 0 })
    expect((await admin.get(`/api/contacts?customerId=${one.id}`)).body.items).toEqual([])
  })

  it('别人的客户对导入人不存在', async () => {
    await app.make.customer({ name: '南方保密公司', ownerId: app.ids.users.sales2 })
    const batch = await imported(
      head,
      csv([
        ['公司', '姓名'],
        ['南方保密公司', '赵六'],
      ]),
      { entity: 'contact' },
    )
    expect(batch).toMatchObject({ created: 0, failed: 1 })
    expect((await messages(batch.id, head))[0]![1]).toContain('找不到客户“南方保密公司”')
  })
})
