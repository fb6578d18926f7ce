import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadTable } from './loadTable.ts'
import { writeCsv } from '../../../../core/exports/writeCsv.ts'
import { writeSheet } from '../../../../core/exports/writeSheet.ts'
import type { WriteColumn, WriteRow } from '../../../../core/exports/writeTarget.ts'
import { inflatePart, listZip } from './zipGuard.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-write-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const LIMITS = { maxRows: 1000, maxBytes: 1e7 }
const COLUMNS: WriteColumn[] = [
  { header: '名称', kind: 'text', width: 30 },
  { header: '电话', kind: 'text' },
  { header: '金额', kind: 'number' },
  { header: '日期', kind: 'day' },
]
const DANGEROUS = ["=cmd|' /C calc'!G2", '+86 138-0000-0000', '-5.00', '@SUM(A1)', '\t=1', "'=1", '＝1+1', '=1\r\n=2']
const rows: WriteRow[] = [
  ['平安银行', '000001', 1234.5, '2024-02-29'],
  ...DANGEROUS.map((text): WriteRow => [text, '0755', null, '2024-12-31']),
  ['_x0041_ <&> "引号"', '𠮷', -5, '不是日期'],
]
const AS_READ = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell).replaceAll('\r\n', '\n'))))

async function* arriving() {
  yield* rows
}

describe('写 xlsx', () => {
  it('写出再读回完全一样,危险开头的文字仍是文字', async () => {
    const path = join(folder, '客户.xlsx')
    await writeSheet(path, { sheetName: '客户/名单', columns: COLUMNS, rows: arriving() })
    const table = await loadTable(path, LIMITS)
    expect(table.headers).toEqual(['名称', '电话', '金额', '日期'])
    expect(table.rows).toEqual(AS_READ)
    expect(table.sheet).toBe('客户 名单')
  })

  it('表头冻结,电话列是文本格式,没有公式,日期是真的日期', async () => {
    const path = join(folder, '样式.xlsx')
    await writeSheet(path, { sheetName: '客户', columns: COLUMNS, rows })
    const file = await readFile(path)
    const part = (name: string) =>
      inflatePart(
        file,
        listZip(file).find((entry) => entry.name === name)!,
      ).toString()
    const xml = part('xl/worksheets/sheet1.xml')
    expect(xml).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/)
    expect(xml).not.toContain('<f>')
    expect(xml).toMatch(/<c r="D2" s="\d+"><v>45351<\/v>/)
    expect(part('xl/styles.xml')).toContain('"@"')
  })

  it('过长的文字截断并说明,空表也能写', async () => {
    const path = join(folder, '长.xlsx')
    await writeSheet(path, { sheetName: '', columns: COLUMNS.slice(0, 1), rows: [['好'.repeat(40_000)]] })
    const { rows: read, sheet } = await loadTable(path, LIMITS)
    expect(read[0]?.[0]).toMatch(/好…\(内容过长,已截断\)$/)
    expect(read[0]?.[0]).toHaveLength(32_767)
    expect(sheet).toBe('导出')
    await writeSheet(path, { sheetName: '空', columns: COLUMNS, rows: [] })
    await expect(loadTable(path, LIMITS)).rejects.toThrow('只有表头')
  })
})

describe('写 CSV', () => {
  it('带 BOM,危险开头前加单引号,负数照写,读回完全一样', async () => {
    const path = join(folder, '客户.csv')
    await writeCsv(path, { columns: COLUMNS, rows: arriving() })
    const text = await readFile(path, 'utf8')
    expect(text.startsWith('\uFEFF名称,电话,金额,日期\r\n')).toBe(true)
    expect(text).toContain(`\r\n'=cmd|' /C calc'!G2,`)
    expect(text).toContain("\r\n'+86 138-0000-0000,")
    expect(text).toContain('\r\n-5.00,')
    expect((await loadTable(path, LIMITS)).rows).toEqual(AS_READ)
  })

  it('供迁移时原样写出', async () => {
    const path = join(folder, '迁移.csv')
    await writeCsv(path, { columns: [{ header: '名称' }], rows: [['=1+1']], exact: true })
    expect(await readFile(path, 'utf8')).toBe('\uFEFF名称\r\n=1+1\r\n')
  })
})
