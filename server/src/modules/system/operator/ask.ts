import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { Refusal } from '../../../core/refusal.ts'
import type { Say } from './desk.ts'
import type { ArgsOf, ResultOf, VerbName } from './verbs.ts'
import { atSocket, type Line } from './wire.ts'

/** No server runs on this data folder. */
export class NobodyThereError extends Error {}

const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])

/** Has the running server carry out a verb. NobodyThereError when there is none, Refusal when it says no. */
export function askServer<N extends VerbName>(
  dataDir: string,
  name: N,
  args: ArgsOf<N>,
  say: Say,
): Promise<ResultOf<N>> {
  const asking = (address: string) =>
    new Promise<ResultOf<N>>((resolve, reject) => {
      const sending = request(
        { socketPath: address, path: `/${encodeURIComponent(name)}`, method: 'POST' },
        (response) => {
          const lines = createInterface({ input: response })
          lines.on('line', (text) => {
            const line = JSON.parse(text) as Line
            if ('say' in line) say(line.say)
            else if ('result' in line) resolve(line.result as ResultOf<N>)
            else reject(new Refusal(line.refused.kind, line.refused.message, line.refused.problems))
          })
          response.once('error', reject)
          lines.once('close', () => reject(new Refusal('failure', '服务中断了,命令是否完成不得而知,请检查后再试')))
        },
      )
      sending.once('error', reject)
      sending.end(JSON.stringify(args))
    })
  return atSocket(dataDir, asking).catch((error: Error & { code?: string }) => {
    throw ABSENT.has(error.code ?? '') ? new NobodyThereError() : error
  })
}
