import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTable, readTable } from './readTable.ts'
import { textRow, workbookEntries, workbookFile } from './testing/workbookFile.ts'
import { packedZeros, zipFile } from './testing/zipFile.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-table-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const save = async (name: string, content: string | Buffer) => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const refusal = async (name: string, content: string | Buffer, options = {}) =>
  readTable(await save(name, content), options).then(
    () => 'read',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  )

const XLSX_FILE = workbookFile({ sheets: [{ rows: textRow(1, '名称', '代码') + textRow(2, '平安', '000001') }] })

describe('读取上传的表格', () => {
  it('看内容不看扩展名', async () => {
    const wrong = await readTable(await save('客户.csv', XLSX_FILE))
    expect(wrong).toMatchObject({
      kind: 'xlsx',
      headers: ['名称', '代码'],
      rows: [['平安', '000001']],
      rowNumbers: [2],
    })
    const text = await readTable(await save('客户.XLS', '名称\t代码\n平安\t="000001"\n'))
    expect(text).toMatchObject({ kind: 'tsv', encoding: 'utf-8', rows: [['平安', '000001']], headerRow: 1 })
  })

  it('同一份数据的四种编码读出同样的行', async () => {
    const csv = '名称,代 码\r\n"一一,有限公司",000001\r\n万科,000002\r\n'
    const tab = csv.replace('"一一,有限公司",', '一一,有限公司\t').replace('名称,', '名称\t').replace('万科,', '万科\t')
    const files = [
      await save('a.csv', `\uFEFF${csv}`),
      await save('b.txt', Buffer.from(`\uFEFF${tab}`, 'utf16le')),
      await save('c.txt', Buffer.from(tab, 'utf16le').swap16()),
      await save(
        'd.xlsx',
        workbookFile({
          sheets: [
            {
              rows: textRow(1, '名称', '代 码') + textRow(2, '一一,有限公司', '000001') + textRow(3, '万科', '000002'),
            },
          ],
        }),
      ),
    ]
    const tables = await Promise.all(files.map((file) => readTable(file)))
    for (const { headers, rows, rowNumbers } of tables) {
      expect({ headers, rows, rowNumbers }).toEqual({
        headers: ['名称', '代码'],
        rows: [
          ['一一,有限公司', '000001'],
          ['万科', '000002'],
        ],
        rowNumbers: [2, 3],
      })
    }
  })

  it.each([
    ['网页.xls', '<html><table><tr><td>1</td></tr></table></html>', 'table_unsupported 这是网页改名的文件'],
    ['表.xml', '<?xml version="1.0"?><Workbook/>', 'table_unsupported 这是 XML 文件'],
    ['合同.xlsx', '%PDF-1.7\n', 'table_unsupported 这是PDF 文件'],
    ['名片.csv', 'BEGIN:VCARD\nVERSION:3.0\n', 'table_unsupported 这是通讯录文件'],
    ['空.csv', '', 'table_empty'],
    ['空白.csv', '\n , \n', 'table_empty'],
    ['表头.csv', '名称,电话\n', 'table_empty 表格里只有表头'],
    ['空.xlsx', workbookFile({ sheets: [{ rows: '' }] }), 'table_empty'],
    ['断.xlsx', XLSX_FILE.subarray(0, 700), 'table_unreadable'],
    ['断.xls', Buffer.from('d0cf11e0a1b11ae1ffff', 'hex'), 'table_unreadable'],
    ['空字节.csv', '名称,电话\n甲\0,1\n', 'table_unreadable 文件里有空字节'],
  ])('%s 被拒绝并说清原因', async (name, content, words) => {
    expect(await refusal(name, content)).toContain(words)
  })

  it('太大的文件和太多的行被拒绝,不存在的文件说明白', async () => {
    expect(await refusal('大.csv', 'a,b\n'.repeat(1000), { maxBytes: 1024 })).toContain('table_too_large 文件超过 1 KB')
    expect(await refusal('长.csv', `名称\n${'甲\n'.repeat(50)}`, { maxRows: 10 })).toContain(
      'table_too_large 数据超过 10 行',
    )
    await expect(readTable(join(folder, '没有.csv'))).rejects.toMatchObject({ code: 'table_unreadable' })
  })

  it('一解开就膨胀的文件和读不完的文件都被放弃,之后的读取照常', async () => {
    const honest = workbookEntries({ sheets: [{ rows: textRow(1, '名称') + textRow(2, '甲') }] })
    const bomb = honest.map((part) => (part.name.endsWith('sheet1.xml') ? { ...part, packed: packedZeros(500) } : part))
    expect(await refusal('炸弹.xlsx', zipFile(bomb))).toContain('table_unreadable')
    const evil = [{ name: 'xl/styles2.xml', content: 'x', declaredBytes: 400 * 1024 * 1024 }]
    expect(await refusal('巨大.xlsx', workbookFile({ sheets: [{ rows: '' }], more: evil }))).toContain(
      'table_too_large',
    )
    expect(await refusal('慢.csv', '名称\n甲\n', { timeoutMs: 1 })).toContain('table_timeout')
    expect(await refusal('快.csv', '名称\n甲\n')).toBe('read')
  })

  it('被科学计数法弄坏的长号码和多出的格子有提醒', async () => {
    const { warnings } = await readTable(await save('提醒.csv', '名称,证件\n甲,1.10101E+17\n乙,1,多的\n'))
    expect(warnings).toEqual([
      { row: 2, column: '证件', message: expect.stringContaining('科学计数法') },
      { row: 3, column: '列3', message: expect.stringContaining('比表头多') },
    ])
  })

  it('大表分批交给主线程,每批不超过 500 行,主线程不被占住', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `公司${at},0755-${at},深圳市南山区科技园${at}号`)
    const file = await save('大表.csv', `名称,电话,地址\n${lines.join('\n')}`)
    let stallMs = 0
    let last = performance.now()
    const probe = setInterval(() => {
      stallMs = Math.max(stallMs, performance.now() - last)
      last = performance.now()
    }, 1)
    const table = await openTable(file)
    let seen = 0
    for await (const { rows, rowNumbers } of table.batches()) {
      expect(rows.length).toBeLessThanOrEqual(500)
      expect(rowNumbers[0]).toBe(seen + 2)
      seen += rows.length
    }
    clearInterval(probe)
    expect([table.rowCount, seen]).toEqual([20_000, 20_000])
    // The promise is 25 ms on a quiet machine; the tests share theirs.
    expect(stallMs).toBeLessThan(150)
  })

  it('中途放下的表可以关掉,之后的读取照常', async () => {
    const table = await openTable(await save('放下.csv', `名称\n${'甲\n'.repeat(2000)}`))
    for await (const batch of table.batches()) {
      expect(batch.rows).toHaveLength(500)
      break
    }
    await table.close()
    await expect(table.batches()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'table_timeout' })
    expect((await readTable(await save('再读.csv', '名称\n乙\n'))).rows).toEqual([['乙']])
  })

  it('同时来的太多时请人稍后再试,不会一起占满内存', async () => {
    const file = await save('排队.csv', '名称\n甲\n')
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => readTable(file)))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(4)
    expect(refused[0]).toMatchObject({ reason: { code: 'table_timeout', message: expect.stringContaining('稍后') } })
  })
})
