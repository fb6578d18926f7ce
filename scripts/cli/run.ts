import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '@crm/server/config'
import { Refusal, type RefusalKind } from '@crm/server/core/refusal'
import { refusalOf } from '@crm/server/modules/system/operator/service'
import { data } from './data.ts'
import { helpOf, helpOfAll } from './help.ts'
import { importing } from './importing.ts'
import { people } from './people.ts'
import { serving } from './serving.ts'
import { type Call, type CliVerb, flag, type Values } from './verb.ts'

const verbs: readonly CliVerb[] = [...serving, ...people, ...importing, ...data]
const EXIT: Readonly<Record<RefusalKind, number>> = { failure: 1, usage: 2, precondition: 3, verification: 4 }
/** Progress faster than this is nobody's reading. */
const SAY_MS = 500

/** Carries out what was typed; resolves to the exit code, or undefined when the process stays (serve). */
export async function run(typed: readonly string[]): Promise<number | undefined> {
  const asJson = typed.includes('--json')
  const verb = verbs.find(({ name }) => name.split(' ').every((word, index) => typed[index] === word))
  if (!verb) return unknown(typed)
  try {
    const { values, positionals } = parsed(verb, typed)
    if (values['help'] === true) return print(helpOf(verb))
    const [least, most] = verb.words
    if (positionals.length < least || positionals.length > most)
      throw new Refusal('usage', `用法:npm run crm -- ${verb.name} ${verb.usage}`)
    const call: Call = { config: readConfig(process.env, process.cwd()), values, words: positionals, say: sayer() }
    if (verb.confirm) await confirm(verb.confirm(call), values)
    const { json, ok = true, text } = await verb.run(call)
    if (verb.name === 'serve') return undefined
    print(asJson ? JSON.stringify(json) : text)
    return ok ? 0 : EXIT.verification
  } catch (error) {
    const { kind, message, problems } =
      error instanceof ConfigError ? new Refusal('precondition', error.message) : refusalOf(error)
    console.error(message)
    for (const { code, detail } of problems.slice(1)) console.error(`✗ ${code}\t${detail}`)
    if (asJson)
      print(JSON.stringify({ ...(kind === 'verification' && { ok: false, problems }), error: { kind, message } }))
    return EXIT[kind]
  }
}

function unknown(typed: readonly string[]): number {
  const help = helpOfAll(verbs)
  if (typed[0] === '--help' || typed[0] === 'help') return print(help)
  const family = verbs.filter(({ name }) => name.startsWith(`${typed[0]} `))
  if (family.length > 0 && (typed.length === 1 || typed[1] === '--help')) {
    const shown = family.map(helpOf).join('\n\n')
    return typed[1] === '--help' ? print(shown) : (console.error(shown), EXIT.usage)
  }
  console.error(typed.length === 0 ? help : `没有命令“${typed.join(' ')}”\n\n${help}`)
  return EXIT.usage
}

function parsed(verb: CliVerb, typed: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const options = { ...verb.options, json: flag, help: flag }
    const { values, positionals } = parseArgs({
      args: typed.slice(verb.name.split(' ').length),
      options,
      allowPositionals: true,
    })
    return { values: values as Values, positionals }
  } catch (error) {
    throw new Refusal(
      'usage',
      `${(error as Error).message.split('.', 1)[0]}\n用法:npm run crm -- ${verb.name} ${verb.usage}`,
    )
  }
}

async function confirm(question: string, values: Values): Promise<void> {
  if (values['yes'] === true) return
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw new Refusal('usage', `${question}。确认无误请加 --yes`)
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await asking.question(`${question}。输入 yes 继续:`)
  asking.close()
  if (answer.trim() !== 'yes') throw new Refusal('usage', '已取消')
}

/** Progress to standard error; running counts only now and then. */
function sayer(): (line: string) => void {
  let lastAt = Number.NEGATIVE_INFINITY
  return (line) => {
    const counts = /^\S+ \d+/.test(line)
    if (counts && performance.now() - lastAt < SAY_MS) return
    if (counts) lastAt = performance.now()
    console.error(line)
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
