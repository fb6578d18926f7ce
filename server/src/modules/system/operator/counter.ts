import { chmod, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Running } from '../../../core/jobs/jobs.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Desk } from './desk.ts'
import { isVerb, perform } from './verbs.ts'
import { atSocket, type Line, refusalOf, socketFile } from './wire.ts'

const LONGEST_BODY = 1 << 20
const VERB_ENDS_MS = 5_000

/**
 * The running server's counter for the command line: a socket in the data folder that only its owner may open. An old
 * socket file is a dead server's, since we hold the folder's lock.
 */
export async function openCounter(desk: Desk): Promise<Running> {
  const { dataDir } = desk.place
  const server = createServer((request, response) => void serve(desk, request, response))
  await rm(socketFile(dataDir), { force: true })
  await atSocket(
    dataDir,
    (address) => new Promise<void>((listening, failed) => void server.once('error', failed).listen(address, listening)),
  )
  if (process.platform !== 'win32') await chmod(socketFile(dataDir), 0o600)
  return {
    async stop() {
      // Every verb survives being cut off, like a kill; a backup under way must not hold a restart up.
      const patience = setTimeout(() => server.closeAllConnections(), VERB_ENDS_MS)
      await new Promise((closed) => {
        server.close(closed)
        server.closeIdleConnections()
      })
      clearTimeout(patience)
      await rm(socketFile(dataDir), { force: true })
    },
  }
}

async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', connection: 'close' })
  const write = (line: Line) => void response.write(`${JSON.stringify(line)}\n`)
  try {
    const name = decodeURIComponent((request.url ?? '').slice(1))
    if (!isVerb(name)) throw new Refusal('usage', `没有命令“${name}”`)
    write({ result: await perform(desk, name, JSON.parse(await bodyOf(request)), (line) => write({ say: line })) })
  } catch (error) {
    const { kind, message, problems } = refusalOf(error)
    write({ refused: { kind, message, problems } })
  }
  response.end()
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    parts.push(part as Buffer)
    bytes += (part as Buffer).length
    if (bytes > LONGEST_BODY) throw new Refusal('usage', '参数太长')
  }
  return Buffer.concat(parts).toString()
}
