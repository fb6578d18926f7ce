import supertest from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

// The other API tests inject requests; here they go through a socket, with a cookie jar, an upload and a download, as from a browser.
let app: TestApp
let browser: ReturnType<typeof supertest.agent>
let origin: string
beforeAll(async () => {
  app = await openTestApp()
  await app.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.app.server.address() as { port: number }
  origin = `http://127.0.0.1:${port}`
  browser = supertest.agent(origin)
})
afterAll(() => app.close())

it('登录、上传中文名的文件、导入、下载错误行、退出,全程走真正的连接', async () => {
  const signedIn = await browser
    .post('/api/auth/login')
    .set('origin', origin)
    .send({ username: 'admin', password: app.password })
  expect(signedIn.status).toBe(200)
  expect(signedIn.headers['set-cookie']?.[0]).toMatch(/^crm=[^;]+;.*HttpOnly;.*SameSite=Strict/)

  const file = Buffer.from('\ufeff客户名称,电话\r\n线上甲公司,0755-82088888\r\n线上乙公司,不是电话\r\n')
  const uploaded = await browser
    .post('/api/imports')
    .set('origin', origin)
    .field('entity', 'customer')
    .attach('file', file, '名单(十一月).csv')
  expect(uploaded.status).toBe(201)
  expect(uploaded.body).toMatchObject({ fileName: '名单(十一月).csv', total: 2, failed: 1 })

  const { id } = uploaded.body as { id: number }
  expect((await browser.post(`/api/imports/${id}/run`).set('origin', origin)).status).toBe(200)
  await expect.poll(async () => (await browser.get(`/api/imports/${id}`)).body.state).toBe('done')
  const errors = await browser.get(`/api/imports/${id}/errors.xlsx`).buffer(true)
  expect(errors.headers['content-disposition']).toMatch(/^attachment/)
  expect(errors.headers['x-content-type-options']).toBe('nosniff')

  expect((await browser.post('/api/auth/logout').set('origin', 'http://elsewhere.example')).status).toBe(403)
  expect((await browser.get('/api/auth/me')).status).toBe(200)
  expect((await browser.post('/api/auth/logout').set('origin', origin)).status).toBe(204)
  expect((await browser.get('/api/auth/me')).status).toBe(401)
})
