import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import type { DocumentSubject } from '@crm/shared/entities/document'
import { openTestApp, type TestApp } from './app.ts'
import type { Answer, Client } from './client.ts'
import { download, form } from './importing.ts'

/** What a file is to hang on: `{ customer: 7 }`; empty for a draft. */
type On = Partial<Record<DocumentSubject, number>>
const fieldsOf = (on: On): Record<string, string> => {
  const [entry] = Object.entries(on)
  return entry ? { subjectType: entry[0], subjectId: String(entry[1]) } : {}
}

/** The request that uploads this content. */
export const uploadOf = (content: string | Buffer, on: On = {}, name = '说明.txt'): InjectOptions => ({
  method: 'POST',
  url: '/api/documents',
  ...form(Buffer.from(content), fieldsOf(on), name),
})

export const send = (by: Client, content: string | Buffer, on: On = {}, name?: string): Promise<Answer> =>
  by.send(uploadOf(content, on, name))

/** Uploads; fails the test unless it was kept. */
export async function uploaded(by: Client, content: string | Buffer, on: On = {}, name?: string) {
  const answer = await send(by, content, on, name)
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${JSON.stringify(answer.body)}`)
  // oxlint-disable-next-line typescript/no-explicit-any
  return answer.body as any
}

export const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(40, 7)])
/** A whole PDF of one page with this text on it. */
export function pdfOf(text: string): Buffer {
  const drawing = `BT /F 24 Tf 20 100 Td (${text}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ].map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`)
  const head = '%PDF-1.4\n'
  const starts = objects.map((_, at) => head.length + objects.slice(0, at).join('').length)
  const places = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('')
  const body = head + objects.join('')
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.from(body + table + trailer)
}
export const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

export type DocumentsApp = Awaited<ReturnType<typeof openDocumentsApp>>
/** The server with a folder of files one can look into. */
export async function openDocumentsApp() {
  const dir = await mkdtemp(join(tmpdir(), 'crm-documents-'))
  const app: TestApp = await openTestApp({ filesDir: dir })
  let n = 0
  return {
    app,
    dir,
    company: (ownerId = app.ids.users.sales1) => app.make.customer({ name: `文档公司${++n}号`, ownerId }),
    /** Where this content lies when it is kept. */
    pathOf: (content: string | Buffer) => join(dir, hashOf(content).slice(0, 2), hashOf(content)),
    /** Everything in the folder, contents and half ones. */
    there: async () =>
      (await readdir(dir, { recursive: true, withFileTypes: true }))
        .filter((one) => one.isFile())
        .map((one) => one.name),
    /** What 王业务 downloads. */
    content: async (id: number, query = '', headers: Record<string, string> = {}) =>
      download(app, await app.signIn('sales1'), `/api/documents/${id}/content${query}`, headers),
    async close() {
      await app.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
