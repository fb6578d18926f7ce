import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface ReceivedMail {
  readonly to: string
  readonly headers: string
  readonly text: string
}
export interface MailServer {
  /** For CRM_SMTP_URL. */
  readonly url: string
  readonly received: ReceivedMail[]
  /** Refuses what comes from now on with this reply; null takes it again. */
  readonly refuse: (reply: string | null) => void
  readonly close: () => Promise<void>
}

function parsed(to: string, raw: string): ReceivedMail {
  const at = raw.indexOf('\r\n\r\n')
  const headers = raw.slice(0, at)
  const body = raw.slice(at + 4)
  if (/^content-transfer-encoding: base64/im.test(headers))
    return { to, headers, text: Buffer.from(body, 'base64').toString('utf8') }
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const isQuoted = /^content-transfer-encoding: quoted-printable/im.test(headers)
  return { to, headers, text: isQuoted ? Buffer.from(bytes, 'latin1').toString('utf8') : body }
}

/** The few words of SMTP that a sender needs, on a port of its own. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  let refusal: string | null = null
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let to = ''
    let rest = ''
    let data: string[] | null = null
    const say = (line: string) => socket.write(`${line}\r\n`)
    function hear(line: string): void {
      if (data) {
        if (line !== '.') return void data.push(line.replace(/^\.\./, '.'))
        received.push(parsed(to, data.join('\r\n')))
        data = null
        return void say('250 taken')
      }
      if (/^RCPT TO:/i.test(line)) {
        to = /<(.*)>/.exec(line)?.[1] ?? ''
        return void say(refusal ?? '250 ok')
      }
      if (/^DATA/i.test(line)) {
        data = []
        return void say('354 go on')
      }
      if (/^QUIT/i.test(line)) return void socket.end('221 bye\r\n')
      say(/^EHLO/i.test(line) ? '250 test' : '250 ok')
    }
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n')
      rest = lines.pop()!
      lines.forEach(hear)
    })
    say('220 test')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?from=crm@example.cn`,
    received,
    refuse: (reply) => void (refusal = reply),
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => closed())
      }),
  }
}
