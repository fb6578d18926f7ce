import type { InjectOptions } from 'fastify'
import type { DocumentSubject } from '@crm/shared/entities/document'
import type { Answer, Client } from './client.ts'
import { form } from './importing.ts'

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
