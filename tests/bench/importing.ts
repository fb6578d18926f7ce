import type { Request } from './load.ts'
import type { Measured } from './server.ts'

const ROWS = 10_000
const POLL_MS = 100

function csv(): Blob {
  const lines = ['客户名称,客户编号,所属行业,省份,城市,联系电话,地址']
  for (let i = 0; i < ROWS; i++)
    lines.push(
      `导入测试第${i}号机电设备有限公司,DR${String(i).padStart(6, '0')},C 制造业,广东,深圳市,0755-${20_000_000 + i},南山区科技路${i}号`,
    )
  return new Blob([`\ufeff${lines.join('\r\n')}`])
}

export interface ImportResult {
  readonly rows: number
  readonly seconds: number
  readonly created: number
  readonly failed: number
  readonly stallMs: number
  /** What somebody else waited for a list meanwhile. */
  readonly othersP95Ms: number
}

/** Uploads, runs and waits for an import of 10,000 rows while a colleague keeps opening the list. */
export async function measureImport(
  server: Measured,
  token: string,
  ask: (request: Request) => Promise<unknown>,
): Promise<ImportResult> {
  const form = new FormData()
  form.set('entity', 'customer')
  form.set('mode', 'skip')
  form.set('file', csv(), 'bench.csv')
  await server.read()
  const begun = performance.now()
  const waits: number[] = []
  let running = true
  const colleague = (async () => {
    while (running) {
      const at = performance.now()
      await ask({ path: '/api/customers' })
      waits.push(performance.now() - at)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const reply = await fetch(`http://127.0.0.1:${server.port}/api/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  })
  const uploaded = (await reply.json()) as { id: number; state: string }
  if (!reply.ok) throw new Error(`import: ${reply.status} ${JSON.stringify(uploaded)}`)
  const finished = async (...states: string[]) => {
    for (;;) {
      const batch = (await ask({ path: `/api/imports/${uploaded.id}` })) as {
        state: string
        created: number
        failed: number
      }
      if (states.includes(batch.state)) return batch
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
  await finished('checked', 'failed')
  await ask({ method: 'POST', path: `/api/imports/${uploaded.id}/run` })
  const { created, failed } = await finished('done', 'failed')
  const seconds = (performance.now() - begun) / 1000
  running = false
  await colleague
  waits.sort((a, b) => a - b)
  const { stallMs } = await server.read()
  return {
    rows: ROWS,
    seconds: Math.round(seconds * 10) / 10,
    created,
    failed,
    stallMs: Math.round(stallMs),
    othersP95Ms: Math.round(waits[Math.floor(waits.length * 0.95)] ?? 0),
  }
}
