import { audit } from '../../../core/access/audit.ts'
import { later } from '../../../core/clock.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { eraseCategory, eraseProduct } from '../../catalog/service.ts'
import { sweepContents } from '../../contracts/documents/service.ts'
import { eraseCustomer } from '../../customers/service.ts'
import { eraseApproval } from '../approvals/service.ts'
import { backUp } from '../backup/service.ts'
import { eraseImport, eraseImportRow } from '../imports/service.ts'
import { type Desk, operator, type Say } from './desk.ts'

interface Step {
  readonly label: string
  readonly table: 'customers' | 'imports' | 'importRows' | 'products' | 'productCategories' | Told
  readonly erase: (tx: Tx, id: number) => Promise<void>
}
/** Notes about customers that name them. */
type Told =
  | 'reminders'
  | 'poolBatches'
  | 'bulkRuns'
  | 'poolClaims'
  | 'handoverRows'
  | 'handovers'
  | 'duplicateGroups'
  | 'duplicateReports'
  | 'creditGroups'
  | 'approvals'
  | 'exportJobs'
const told = (table: Told, label: string): Step => ({
  label,
  table,
  erase: async (tx, id) => void (await tx.deleteFrom(table).where('id', '=', id).execute()),
})
/** What 系统初始化 removes, by module and in order; settings, people and the audit log always stay. */
export const resets: Readonly<Record<string, { readonly label: string; readonly steps: readonly Step[] }>> = {
  customers: {
    label: '客户、联系人、导入批次',
    steps: [
      { label: '客户', table: 'customers', erase: eraseCustomer },
      // Those of customers went with them; what is left is about no customer.
      told('reminders', '提醒'),
      told('poolBatches', '回收记录'),
      told('bulkRuns', '批量操作记录'),
      told('exportJobs', '导出的文件'),
      told('poolClaims', '领取记录'),
      told('duplicateGroups', '查重结果'),
      told('duplicateReports', '查重报告'),
      told('creditGroups', '集团'),
      told('handoverRows', '交接清单'),
      told('handovers', '交接记录'),
      { label: '审批记录', table: 'approvals', erase: eraseApproval },
      { label: '导入行', table: 'importRows', erase: eraseImportRow },
      { label: '导入批次', table: 'imports', erase: eraseImport },
    ],
  },
  products: {
    label: '产品、类别与价格',
    steps: [
      { label: '产品', table: 'products', erase: eraseProduct },
      { label: '产品类别', table: 'productCategories', erase: eraseCategory },
    ],
  },
}
const PAGE = 1_000
/** A content laid down within this time may belong to an upload whose row is on its way. */
const ON_ITS_WAY_MS = 60_000

export interface ResetReport {
  readonly backup: string
  /** Rows removed, by table. */
  readonly removed: Readonly<Record<string, number>>
}

/** Empties modules after a backup, in slices while others work; stopped half-way it can simply be run again. */
export async function reset(desk: Desk, { modules }: { modules: readonly string[] }, say: Say): Promise<ResetReport> {
  const unknown = modules.filter((name) => !Object.hasOwn(resets, name))
  if (unknown.length > 0 || modules.length === 0)
    throw new Refusal('usage', `没有模块“${unknown.join('、')}”,可以初始化:${Object.keys(resets).join('、')}`)
  const { file } = await backUp(desk.place, { store: desk.store }, say)
  const removed: Record<string, number> = {}
  for (const step of modules.flatMap((name) => resets[name]?.steps ?? [])) {
    say(`清空${step.label}`)
    removed[step.table] = await inSlices(desk.store, idsOf(desk.store.read, step.table), (tx, id) => step.erase(tx, id))
  }
  const before = Date.parse(later(desk.place.clock.now(), -ON_ITS_WAY_MS))
  await sweepContents(desk.store.read, desk.place.filesDir, before)
  await desk.store.tx((tx) =>
    audit(tx, operator(desk), {
      entity: 'system',
      recordId: null,
      action: 'reset',
      after: { modules, removed },
      note: `系统初始化:${modules.join('、')},备份 ${file}`,
    }),
  )
  return { backup: file, removed }
}

/** By pages behind the last id, so that nothing is held open between slices. */
async function* idsOf(read: Read, table: Step['table']): AsyncGenerator<number> {
  for (let last = 0; ;) {
    const rows = await read.selectFrom(table).select('id').where('id', '>', last).orderBy('id').limit(PAGE).execute()
    if (rows.length === 0) return
    for (const { id } of rows) yield id
    last = rows.at(-1)!.id
  }
}
