import type { Kysely } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { auditProblems } from '../../../core/access/audit.ts'
import { integrity } from '../../../db/maintenance.ts'
import type { Store } from '../../../db/store.ts'
import { contentsOf } from './contents.ts'
import type { Say } from './place.ts'

export interface CheckProblem {
  readonly code: 'integrity' | 'foreign_key' | 'audit_chain' | 'orphan_file' | 'missing_file' | 'search_index'
  readonly detail: string
}
/** Search indexes by the table whose rows they hold, one entry per row. */
const SEARCH_INDEXES = {
  customers: 'customerSearch',
  contacts: 'contactSearch',
  products: 'productSearch',
  contracts: 'contractSearch',
} as const

interface Options {
  readonly filesDir: string
  /** SHA-256 of every content that rows refer to. */
  readonly referenced?: readonly string[]
}

/** Looks at everything that should agree; changes nothing. */
export async function checkAll(
  store: Store,
  { filesDir, referenced = [] }: Options,
  say: Say = () => {},
): Promise<CheckProblem[]> {
  say('检查数据库完整性与外键')
  const damaged = (await integrity(store)).map((detail): CheckProblem => ({
    code: detail.startsWith('foreign key:') ? 'foreign_key' : 'integrity',
    detail,
  }))
  // Further questions to a damaged file would only fail in other words.
  if (damaged.some(({ code }) => code === 'integrity')) return damaged
  say('检查审计链')
  const audit = (await auditProblems(store.read)).map((detail): CheckProblem => ({ code: 'audit_chain', detail }))
  say('检查搜索索引与附件')
  return [
    ...damaged,
    ...audit,
    ...(await searchProblems(store)),
    ...(await fileProblems(filesDir, new Set(referenced))),
  ]
}

async function searchProblems(store: Store): Promise<CheckProblem[]> {
  const db = store.read as unknown as Kysely<Record<string, object>>
  const rows = async (table: string) => {
    const [row] = await store.heavy(sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.compile(db))
    return Number(row?.n)
  }
  const found: CheckProblem[] = []
  for (const [table, index] of Object.entries(SEARCH_INDEXES)) {
    const [there, indexed] = [await rows(table), await rows(index)]
    if (there !== indexed)
      found.push({ code: 'search_index', detail: `${table} 有 ${there} 行,搜索索引 ${index} 有 ${indexed} 行` })
  }
  return found
}

async function fileProblems(filesDir: string, referenced: ReadonlySet<string>): Promise<CheckProblem[]> {
  const onDisk = new Map((await contentsOf(filesDir)).map(({ name, path }) => [name.slice(-64), path]))
  return [
    ...[...onDisk]
      .filter(([hash]) => !referenced.has(hash))
      .map(([, path]): CheckProblem => ({ code: 'orphan_file', detail: `没有记录引用的附件 ${path}` })),
    ...[...referenced]
      .filter((hash) => !onDisk.has(hash))
      .map((hash): CheckProblem => ({ code: 'missing_file', detail: `缺少附件 ${hash}` })),
  ]
}
