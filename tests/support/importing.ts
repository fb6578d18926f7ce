import { setTimeout as sleep } from 'node:timers/promises'
import { readXlsx, writeXlsx } from 'hucre'
import type { ImportBatch, ImportEntity, ImportMode, ImportRow } from '@crm/shared/contract/imports'
import type { TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'

const BOUNDARY = '----crm-test-boundary'
export type Sheet = readonly (readonly string[])[]

const quoted = (cell: string) => (/[",\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
export const csvText = (rows: Sheet, separator = ',') =>
  rows.map((row) => row.map(quoted).join(separator)).join('\r\n') + '\r\n'
export const csv = (rows: Sheet) => Buffer.from(csvText(rows))
/** Text cells only, as people type codes. */
export const xlsx = async (rows: Sheet) =>
  Buffer.from(await writeXlsx({ sheets: [{ name: '客户', rows: rows.map((row) => [...row]) }] }))
export async function sheetOf(bytes: Uint8Array): Promise<string[][]> {
  const { sheets } = await readXlsx(Uint8Array.from(bytes))
  return sheets[0]!.rows.map((row) => row.map((cell) => String(cell ?? '')))
}

interface Form {
  readonly entity?: ImportEntity
  readonly mode?: ImportMode
  readonly mapping?: object
  readonly fileName?: string
}

/** A multipart body; `fields` come before the file, as a browser sends them. */
export function form(file: Buffer | null, fields: Readonly<Record<string, string>>, fileName = '客户.csv') {
  const parts: Buffer[] = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  )
  if (file) {
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: application/octet-stream\r\n\r\n`
    parts.push(Buffer.from(head), file, Buffer.from('\r\n'))
  }
  return {
    payload: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  }
}

export function upload(
  by: Client,
  file: Buffer,
  { entity = 'customer', fileName, mapping, mode }: Form = {},
): Promise<Answer> {
  const fields = { entity, ...(mode && { mode }), ...(mapping && { mapping: JSON.stringify(mapping) }) }
  return by.send({ method: 'POST', url: '/api/imports', ...form(file, fields, fileName) })
}

/** Uploads; fails the test unless it was read and checked. */
export async function checkedUpload(by: Client, file: Buffer, options: Form = {}): Promise<ImportBatch> {
  const answer = await upload(by, file, options)
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body as ImportBatch
}

export async function finished(by: Client, id: number): Promise<ImportBatch> {
  for (;;) {
    const batch = (await by.get(`/api/imports/${id}`)).body as ImportBatch
    if (batch.state !== 'running') return batch
    await sleep(10)
  }
}

/** Upload, check, run, wait. */
export async function imported(by: Client, file: Buffer, options: Form = {}): Promise<ImportBatch> {
  const { id } = await checkedUpload(by, file, options)
  const started = await by.post(`/api/imports/${id}/run`)
  if (started.status !== 200) throw new Error(`run: ${started.status} ${JSON.stringify(started.body)}`)
  return finished(by, id)
}

export const rowsOf = async (by: Client, id: number, query = ''): Promise<ImportRow[]> =>
  (await by.get(`/api/imports/${id}/rows?size=200${query}`)).body.items

export async function downloaded(app: TestApp, cookie: string, url: string, method: 'GET' | 'POST', more: object = {}) {
  const headers = { cookie, host: 'localhost', origin: 'http://localhost', ...more }
  const answer = await app.app.inject({ method, url, headers })
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload }
}
export const download = (app: TestApp, cookie: string, url: string, headers: Record<string, string> = {}) =>
  downloaded(app, cookie, url, 'GET', headers)
