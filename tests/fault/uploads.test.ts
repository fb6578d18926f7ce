import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS } from '@crm/shared/contract/documents'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { callApi, copyOffice, crmJson, percentile, type ServerProcess, startServer } from '../support/serverProcess.ts'

const MB = 1024 * 1024
/** Together more than 1 GiB, in files as large as there may be. */
const FILES = 52
const AT_ONCE = 10
/**
 * What is received goes to disk piece by piece and each piece is given back. The first second costs most, whatever follows: ten uploads begin
 * together, and lists are compiled. Measured: 34 to 115; a bare server that only hashes: 80.
 */
const MOST_GROWTH_MB = 150
/** From then on memory is flat: the second half of the files takes what the first has left. Measured: 0 to 21. */
const MOST_LATER_MB = 40
/** So many lists load and compile what a server in use holds anyhow. */
const LISTS_BEFORE = 500
const LIST_P95_MS = 500
/** At the start of each file, so that no two are the same. */
const MARK_BYTES = 64
const BOUNDARY = 'crm-of-the-upload-test'

let dir: string
let token: string
let server: ServerProcess
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-uploads-'))
  token = await copyOffice(dir)
  server = await startServer(dir)
})
afterEach(async () => {
  agent.destroy()
  server.kill('SIGKILL')
  await server.ended()
  rmSync(dir, { recursive: true, force: true })
})

async function company(name: string): Promise<number> {
  const { body, status } = await callApi(server.url, token, 'POST', '/api/customers', { name })
  expect(status).toBe(201)
  return body['id'] as number
}
const rowsOf = async (customerId: number) =>
  (await callApi(server.url, token, 'GET', `/api/documents?customerId=${customerId}`)).body as {
    total: number
    items: { name: string; revision: number; sha256: string }[]
  }

/** The request of one upload, open: the file is still to be written, in pieces that nobody copies. */
function beginUpload(customerId: number, name: string, bytes: number) {
  const field = (fieldName: string, value: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${fieldName}"\r\n\r\n${value}\r\n`
  const head = Buffer.from(
    `${field('subjectType', 'customer')}${field('subjectId', String(customerId))}--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`)
  const sent = request(`${server.url}/api/documents`, {
    method: 'POST',
    agent,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': head.length + bytes + tail.length,
    },
  })
  const answered = new Promise<number | null>((resolve) => {
    sent.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)))
    sent.on('error', () => resolve(null))
  })
  sent.write(head)
  return {
    write: (piece: Buffer) => void sent.write(piece),
    end: () => (sent.end(tail), answered),
    breakOff: () => (sent.destroy(), answered),
  }
}

/** Uploads `mark`, which is also the name, followed by the bytes that all files share. */
async function upload(customerId: number, mark: string, shared: Buffer): Promise<number | null> {
  const { end, write } = beginUpload(customerId, `${mark}.bin`, MARK_BYTES + shared.length)
  write(Buffer.from(mark.padEnd(MARK_BYTES)))
  write(shared)
  return end()
}

/** What lies in the folder of the files: contents, and uploads under way. */
const filesThere = () =>
  readdirSync(join(dir, 'files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
const isHalf = ({ name }: { name: string }) => name.endsWith('.upload')
const halves = () =>
  filesThere()
    .filter(isHalf)
    .map(({ name }) => name)
const contents = () =>
  filesThere()
    .filter((entry) => !isHalf(entry))
    .map(({ name }) => name)
const bytesOfHalves = () =>
  filesThere()
    .filter(isHalf)
    .reduce((sum, { name, parentPath }) => sum + statSync(join(parentPath, name)).size, 0)
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5)
}

/** MB of memory the server holds now, or at most since it started. */
const memoryMb = (of: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`^${of}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024

const listCustomers = () => callApi(server.url, token, 'GET', '/api/customers?size=50')

it(`${AT_ONCE} 个人同时上传,一共 1 GB:服务占用的内存不随上传的量涨,列表照常答复`, { timeout: 90_000 }, async () => {
  const shared = Buffer.alloc(MAX_DOCUMENT_BYTES - MARK_BYTES, 'What all the files have in common.')
  const companies: number[] = []
  for (let n = 0; n < FILES; n += MAX_DOCUMENTS) companies.push(await company(`收资料的第${n}份起的公司`))
  // What the first upload and the first lists load stays loaded.
  expect(await upload(await company('先传一份的公司'), 'first', shared.subarray(MB))).toBe(201)
  for (let n = 0; n < LISTS_BEFORE; n++) await listCustomers()
  const idleMb = memoryMb('VmRSS')

  let next = 0
  let halfwayMb = 0
  const answers: (number | null)[] = []
  const hand = async () => {
    for (let n = next++; n < FILES; n = next++) {
      answers.push(await upload(companies[Math.floor(n / MAX_DOCUMENTS)]!, `file ${n}`, shared))
      if (answers.length === FILES / 2) halfwayMb = memoryMb('VmHWM')
    }
  }
  let isOver = false
  const work = Promise.all(Array.from({ length: AT_ONCE }, hand)).finally(() => (isOver = true))
  const listMs: number[] = []
  while (!isOver) {
    const askedAt = performance.now()
    expect((await listCustomers()).status).toBe(200)
    listMs.push(performance.now() - askedAt)
  }
  await work
  expect(answers).toEqual(Array.from({ length: FILES }, () => 201))
  const topMb = memoryMb('VmHWM')
  expect(topMb - idleMb, 'MB over what it holds when idle').toBeLessThan(MOST_GROWTH_MB)
  expect(topMb - halfwayMb, 'MB more in the second half').toBeLessThan(MOST_LATER_MB)
  expect(percentile(listMs, 0.95), 'ms for a list').toBeLessThan(LIST_P95_MS)
  expect(halves()).toEqual([])
  expect(contents()).toHaveLength(FILES + 1)
})

it('传到一半取消:临时文件和记录都不留;再 kill -9 后启动,也不留', { timeout: 60_000 }, async () => {
  const customerId = await company('传一半的公司')
  const half = Buffer.alloc(MAX_DOCUMENT_BYTES / 2, 'half')
  const begun = async () => {
    const uploads = Array.from({ length: 4 }, (_, n) => beginUpload(customerId, `一半${n}.bin`, MAX_DOCUMENT_BYTES))
    for (const { write } of uploads) write(half)
    await until(() => bytesOfHalves() > uploads.length * MB)
    expect(halves()).toHaveLength(uploads.length)
    return uploads
  }
  for (const { breakOff } of await begun()) await breakOff()
  await until(() => halves().length === 0)
  expect((await rowsOf(customerId)).total).toBe(0)
  expect(contents()).toEqual([])

  await begun()
  server.kill('SIGKILL')
  await server.ended()
  expect(halves()).not.toEqual([])
  server = await startServer(dir)
  expect(halves()).toEqual([])
  expect((await rowsOf(customerId)).total).toBe(0)
  expect(contents()).toEqual([])
  expect(await upload(customerId, 'again', half)).toBe(201)
  expect((await rowsOf(customerId)).total).toBe(1)
  expect(await server.stop()).toBe(0)
  expect((await crmJson(dir, ['check'])).json).toEqual({ ok: true, problems: [] })
})

it('同一个文件传两次,同时传也一样:盘上只有一份,记录有两条', async () => {
  const [one, other] = [await company('甲公司'), await company('乙公司')]
  const shared = Buffer.alloc(MB, 'The same for everybody.')
  expect(await Promise.all([upload(one, 'same', shared), upload(other, 'same', shared)])).toEqual([201, 201])
  expect(await upload(one, 'same', shared)).toBe(201)
  const rows = [...(await rowsOf(one)).items, ...(await rowsOf(other)).items]
  expect(rows.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([1, 1, 2])
  expect(new Set(rows.map(({ sha256 }) => sha256))).toEqual(new Set(contents()))
  expect(contents()).toHaveLength(1)
  expect(halves()).toEqual([])
})
