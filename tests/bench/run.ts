import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bareLoop } from './bare.ts'
import { measureImport } from './importing.ts'
import { client, type Request, type Timing } from './load.ts'
import { benchFolder } from './office.ts'
import { filteredLists, lists, mixedSearches } from './queries.ts'
import { startServer } from './server.ts'
import { ageing, customerPages, tradeLists, tradeTotals } from './tradeReads.ts'
import { letAllStaysEnd, measureRecycling } from './recycling.ts'
import { pageWeight } from './weight.ts'

// Everything in one run on one machine, so that the ratios mean something wherever it runs. JSON on the last line of stdout.
const CUSTOMERS = Number(process.env['CRM_BENCH_CUSTOMERS'] ?? 100_000)
const FOLLOW_UPS = Number(process.env['CRM_BENCH_FOLLOW_UPS'] ?? 10 * CUSTOMERS)
/** Five lines and about two receivables each. */
const ORDERS = Number(process.env['CRM_BENCH_ORDERS'] ?? Math.round(1.12 * CUSTOMERS))
const CONNECTIONS = 10
const ROUNDS = 2_000
const WRITES = 500
const WARM_WRITES = 200
/** Until the threads of the start-up check are gone. */
const IDLE_MS = 70_000

const log = (text: string) => process.stderr.write(`${text}\n`)
const from =
  (paths: readonly string[]) =>
  (i: number): Request => ({ path: paths[i % paths.length]! })

log(`preparing ${CUSTOMERS} customers, ${FOLLOW_UPS} follow-ups, ${ORDERS} orders`)
const { dir, tokens } = await benchFolder({ customers: CUSTOMERS, followUps: FOLLOW_UPS, orders: ORDERS }, log)
const file = join(dir, 'crm.db')
const cold = await startServer(dir)
await cold.stop()
const server = await startServer(dir)
// However the run ends, no server is left behind: the probe stops it when this process is gone.
await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
const idleMb = (await server.read()).rssMb

const admin = client(server.port, tokens.admin, CONNECTIONS)
const head = client(server.port, tokens.head, CONNECTIONS)
const sales = client(server.port, tokens.sales, CONNECTIONS)
const stalls: Record<string, number> = {}
type Result = Timing & { readonly cpuMs: number; readonly stallMs: number }

/** Virtual machines drop what of their file cache was not asked for within a minute; an office's server has its database there. */
async function bringIntoMemory() {
  for await (const _part of createReadStream(file));
}
async function measure(name: string, work: () => Promise<Timing>): Promise<Result> {
  await bringIntoMemory()
  await server.read()
  const timing = await work()
  const { stallMs, cpuMs } = await server.read()
  stalls[name] = Math.round(stallMs * 10) / 10
  const result = { ...timing, cpuMs: Math.round((cpuMs / timing.n) * 1000) / 1000, stallMs: stalls[name] }
  log(
    `${name.padEnd(16)} p50 ${result.p50Ms} p95 ${result.p95Ms} max ${result.maxMs} ms, cpu ${result.cpuMs} ms, stall ${result.stallMs} ms, ${result.perSecond}/s`,
  )
  return result
}

// Warm: an office's server has compiled what it runs all day.
await admin.load(ROUNDS, from(lists))
const results: Record<string, Result> = {}
results['list'] = await measure('list', () => admin.load(ROUNDS, from(lists.slice(0, 1))))
results['listTeam'] = await measure('listTeam', () => head.load(ROUNDS, from(lists.slice(0, 1))))
results['lists'] = await measure('lists', () => admin.load(ROUNDS, from(lists)))
results['listsOwn'] = await measure('listsOwn', () => sales.load(ROUNDS, from(lists)))
results['filtered'] = await measure('filtered', () => admin.load(ROUNDS / 2, from(filteredLists)))
results['filteredTeam'] = await measure('filteredTeam', () => head.load(ROUNDS / 2, from(filteredLists)))
const searches = mixedSearches()
results['search'] = await measure('search', () =>
  admin.load(searches.length * 3, (i) => searches[i % searches.length]!),
)
results['searchTeam'] = await measure('searchTeam', () => head.load(searches.length, (i) => searches[i]!))
results['searchOwn'] = await measure('searchOwn', () => sales.load(searches.length, (i) => searches[i]!))
results['searchAll'] = await measure('searchAll', () =>
  admin.load(searches.length, (i) => ({ path: searches[i]!.path.replace('/api/customers', '/api/search') })),
)
results['open'] = await measure('open', () =>
  admin.load(ROUNDS, (i) => ({ path: `/api/customers/${1 + ((i * 7919) % CUSTOMERS)}` })),
)
const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const span = `followedAtFrom=${day}T00:00:00.000Z&followedAtTo=${day}T23:59:59.999Z`
results['timeline'] = await measure('timeline', () =>
  admin.load(ROUNDS, (i) => ({ path: `/api/customers/${1 + ((i * 7919) % CUSTOMERS)}/timeline` })),
)
results['managersDay'] = await measure('managersDay', () =>
  head.load(ROUNDS / 2, from([`/api/interactions?${span}`, `/api/interactions/people?${span}`])),
)
results['home'] = await measure('home', () => sales.load(ROUNDS / 4, from(['/api/home'])))
results['homeTeam'] = await measure('homeTeam', () => head.load(ROUNDS / 4, from(['/api/home?circle=team'])))
for (const [who, client] of Object.entries({ All: admin, Team: head, Own: sales }))
  results[`trade${who}`] = await measure(`trade${who}`, () => client.load(ROUNDS / 4, tradeLists))
results['tradeTotals'] = await measure('tradeTotals', () => admin.load(ROUNDS / 10, tradeTotals))
results['customerMoney'] = await measure('customerMoney', () => admin.load(ROUNDS, customerPages(CUSTOMERS)))
const alone = client(server.port, tokens.admin, 1)
results['ageing'] = await measure('ageing', () => alone.load(ROUNDS / 200, ageing(new Date())))
alone.close()
// What was added up is remembered until somebody saves: each of these comes right after a save.
const writer = client(server.port, tokens.admin, 1)
for (const [name, reader, path] of [
  ['homeAfterSave', sales, '/api/home'],
  ['homeTeamAfterSave', head, '/api/home?circle=team'],
] as const)
  results[name] = await measure(name, () =>
    reader.afterEach(ROUNDS / 100, { path }, (i) =>
      writer.ask({ method: 'POST', path: '/api/tags', body: { name: `${name}${i}` } }),
    ),
  )
writer.close()
const creating = (i: number): Request => ({
  method: 'POST',
  path: '/api/customers',
  body: {
    name: `基准测试第${i}号自动化设备有限公司`,
    phone: `0755-${80_000_000 + i}`,
    firstContact: { name: '王测试', mobile: `139${String(i).padStart(8, '0')}` },
  },
})
const saving = (i: number): Request => ({
  method: 'PATCH',
  path: `/api/customers/${1 + i}`,
  body: { version: 1, notes: `第 ${i} 次修改` },
})
for (const [name, writing] of Object.entries({ create: creating, save: saving })) {
  await admin.load(WARM_WRITES, (i) => writing(WRITES + i))
  results[name] = await measure(name, () => admin.load(WRITES, writing))
}
const imported = await measureImport(server, tokens.admin, admin.ask)
stalls['import'] = imported.stallMs
log(
  `import           ${imported.rows} rows in ${imported.seconds} s, stall ${imported.stallMs} ms, others p95 ${imported.othersP95Ms} ms`,
)
const afterMb = (await server.read()).rssMb
for (const each of [admin, head, sales]) each.close()
await server.stop()

letAllStaysEnd(file)
const again = await startServer(dir)
const boss = client(again.port, tokens.admin, CONNECTIONS)
const recycled = await measureRecycling(again, boss.ask)
stalls['recycling'] = recycled.stallMs
log(
  `recycling        ${recycled.customers} customers in ${recycled.seconds} s, stall ${recycled.stallMs} ms, others p95 ${recycled.othersP95Ms} ms`,
)
boss.close()
await again.stop()

const bare = { all: bareLoop(file, null, ROUNDS), team: bareLoop(file, tokens.team, ROUNDS) }
rmSync(dir, { recursive: true, force: true })

console.log(
  JSON.stringify({
    customers: CUSTOMERS,
    connections: CONNECTIONS,
    startMs: server.startMs,
    idleMb: Math.round(idleMb),
    afterMb: Math.round(afterMb),
    results,
    bareCpuMs: { list: Math.round(bare.all.cpuMs * 1000) / 1000, listTeam: Math.round(bare.team.cpuMs * 1000) / 1000 },
    ratioToBare: {
      list: Math.round((results['list'].cpuMs / bare.all.cpuMs) * 100) / 100,
      listTeam: Math.round((results['listTeam'].cpuMs / bare.team.cpuMs) * 100) / 100,
    },
    import: imported,
    recycling: recycled,
    longestStallMs: Math.max(...Object.values(stalls)),
    pageWeight: pageWeight(),
  }),
)
