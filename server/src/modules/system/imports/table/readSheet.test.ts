import * as XLSX from '@e965/xlsx'
import { describe, expect, it } from 'vitest'
import { readCfbWorkbook, readZipWorkbook } from './readSheet.ts'
import { shapeTable } from './shapeTable.ts'
import { textCell, textRow, workbookFile, type WorkbookXml } from './testing/workbookFile.ts'
import { zipFile } from './testing/zipFile.ts'

const LIMITS = { maxRows: 1000, maxBytes: 1e6 }
const table = (book: WorkbookXml, limits: object = {}) =>
  shapeTable(readZipWorkbook(workbookFile(book), { ...LIMITS, ...limits }), { ...LIMITS, ...limits })
const sheet = (rows: string, more: Partial<WorkbookXml> & { after?: string } = {}) => {
  const { after, ...book } = more
  return table({ sheets: [{ rows, ...(after && { after }) }], ...book })
}
const value = (reference: string, v: string | number, attributes = '') =>
  `<c r="${reference}"${attributes}><v>${v}</v></c>`

describe('xlsx 工作簿', () => {
  it('长编号、前导零、日期、真假和错误值都按看到的读出', () => {
    const { rows, headers, warnings } = sheet(
      textRow(1, '编号', '证件', '日期', '有效', '错误', '金额') +
        `<row r="2">${textCell('A2', '000001')}${textCell('B2', '110101199001011234')}${value('C2', 44197, ' s="1"')}` +
        `${value('D2', 1, ' t="b"')}${value('E2', '#N/A', ' t="e"')}${value('F2', 0.30000000000000004)}</row>`,
      { formats: ['yyyy-mm-dd'] },
    )
    expect(headers).toEqual(['编号', '证件', '日期', '有效', '错误', '金额'])
    expect(rows).toEqual([['000001', '110101199001011234', '2021-01-01', '是', '#N/A', '0.3']])
    expect(warnings).toEqual([{ row: 2, column: '错误', message: expect.stringContaining('#N/A') }])
  })

  it('1904 日期制不差四年,ISO 日期不变成 1905 年', () => {
    const rows = textRow(1, '日期') + `<row r="2">${value('A2', 42735, ' s="1"')}</row>`
    expect(sheet(rows, { formats: ['yyyy-mm-dd'], date1904: true }).rows).toEqual([['2021-01-01']])
    const hours = textRow(1, '工时') + `<row r="2">${value('A2', 10.5, ' s="1"')}</row>`
    expect(sheet(hours, { formats: ['[h]:mm:ss'], date1904: true }).rows).toEqual([['252:00:00']])
    const iso = textRow(1, '日期') + `<row r="2">${value('A2', '2021-01-01T10:10:10', ' t="d"')}</row>`
    expect(sheet(iso).rows).toEqual([['2021-01-01 10:10:10']])
  })

  it('数字超过 15 位的格子带提醒', () => {
    const { warnings } = sheet(`${textRow(1, '证件')}<row r="2">${value('A2', '110101199001011234')}</row>`)
    expect(warnings).toEqual([{ row: 2, column: '证件', message: expect.stringContaining('15 位') }])
  })

  it('共享字符串里的空项不会让后面的文字错位,纯文本后的富文本不会丢', () => {
    const cells = [0, 1, 2, 3].map((at) => value(`${'ABCD'[at]}2`, at, ' t="s"')).join('')
    const { rows } = sheet(`${textRow(1, 'a', 'b', 'c', 'd')}<row r="2">${cells}</row>`, {
      strings: '<si><t>甲</t></si><si/><si><t>乙</t><r><t>丙</t></r></si><si><t>丁</t><rPh sb="0"><t>x</t></rPh></si>',
    })
    expect(rows).toEqual([['甲', '乙丙', '丁']].map(([a, b, c]) => [a, '', b, c]))
  })

  it('公式没有存结果时提醒,结果是空字符串时不提醒', () => {
    const { rows, warnings } = sheet(
      textRow(1, '甲', '乙', '丙', '丁') +
        '<row r="2"><c r="A2"><f>B1&amp;"x"</f><v></v></c><c r="B2" t="str"><f>IF(1,"")</f><v></v></c>' +
        `<c r="C2"><f t="shared" si="0"/></c><c r="D2"><f>1+1</f><v>2</v></c></row>`,
    )
    expect(rows).toEqual([['', '', '', '2']])
    expect(warnings.map((warning) => warning.column)).toEqual(['甲', '丙'])
  })

  it('跳过合并的标题行和空行,行号仍是表里的行号', () => {
    const result = sheet(
      textRow(1, '客户名单') + textRow(3, '名 称', '电话') + textRow(4, '甲', '1') + textRow(7, '乙', '2'),
      {
        after: '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
      },
    )
    expect(result).toMatchObject({ headers: ['名称', '电话'], headerRow: 3, rowNumbers: [4, 7], rowCount: 2 })
  })

  it('默认读第一个看得见且有内容的工作表,也可以指定', () => {
    const book: WorkbookXml = {
      sheets: [
        { name: '隐藏', rows: textRow(1, 'x') + textRow(2, '1'), state: 'hidden' },
        { name: '空表', rows: '' },
        { name: '客户', rows: textRow(1, '名称') + textRow(2, '甲') },
        { name: '联系人', rows: textRow(1, '姓名') + textRow(2, '张三') },
      ],
    }
    expect(table(book)).toMatchObject({ sheet: '客户', sheets: ['空表', '客户', '联系人'], rows: [['甲']] })
    expect(table(book, { sheet: '联系人' })).toMatchObject({ sheet: '联系人', headers: ['姓名'] })
    expect(() => table(book, { sheet: '没有' })).toThrow('可选:空表、客户、联系人')
    expect(() => table(book, { sheet: '空表' })).toThrow('没有数据')
  })

  it('可以指定表头行', () => {
    const book = { sheets: [{ rows: textRow(1, '名单', '2026') + textRow(2, '名称', '电话') + textRow(3, '甲', '1') }] }
    expect(table(book, { headerRow: 2 })).toMatchObject({ headers: ['名称', '电话'], rowCount: 1 })
  })

  it('行数超出上限被拒绝,哪怕多出的行远在后面', () => {
    const rows = Array.from({ length: 12 }, (_, at) => textRow(at + 2, '甲')).join('')
    expect(() => table({ sheets: [{ rows: textRow(1, '名称') + rows }] }, { maxRows: 11 })).toThrow('超过 11 行')
    expect(table({ sheets: [{ rows: textRow(1, '名称') + rows }] }, { maxRows: 12 }).rowCount).toBe(12)
    const far = textRow(1, '名称') + textRow(2, '甲') + textRow(50_000, '乙')
    expect(() => table({ sheets: [{ rows: far }] })).toThrow('超过 1000 行')
    const formatted = `${textRow(1, '名称')}${textRow(2, '甲')}<row r="50000"><c r="A50000" s="0"/></row>`
    expect(table({ sheets: [{ rows: formatted }] }).rowCount).toBe(1)
  })

  it('布满整张表的合并、链接和虚报的范围不会拖垮读取', () => {
    const after =
      '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>' +
      '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
    expect(sheet(textRow(1, '名称', '电话') + textRow(2, '甲', '1'), { after }).rows).toEqual([['甲', '1']])
  })

  it('列太多、格子太长被拒绝', () => {
    const cells = '<c t="inlineStr"><is><t>h</t></is></c>'.repeat(1001)
    expect(() => sheet(`<row r="1">${cells}</row><row r="2">${cells}</row>`)).toThrow('1000 列')
    expect(() => sheet(textRow(1, '名称') + textRow(2, 'x'.repeat(100_001)))).toThrow('第 2 行')
  })

  it('含 DOCTYPE 的文件(外部实体、亿笑攻击)被拒绝', () => {
    const book = workbookFile({ sheets: [{ rows: textRow(1, 'a') + textRow(2, 'b') }] })
    expect(readZipWorkbook(book, LIMITS).rows).toHaveLength(2)
    const doctype = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'
    const evil = { sheets: [{ rows: `<row r="1">${value('A1', 0, ' t="s"')}</row>` }], strings: '' }
    const more = [{ name: 'xl/metadata.xml', content: doctype }]
    expect(() => table({ ...evil, strings: `</sst>${doctype}<sst>` })).toThrow('DOCTYPE')
    expect(table({ sheets: [{ rows: textRow(1, 'a') + textRow(2, 'b') }], more }).rowCount).toBe(1)
  })

  it('读不出的工作表不会当成空表', () => {
    expect(() => sheet(`<row r="1">${value('A1', 7, ' t="s"')}</row>`, { strings: '<si><t>甲</t></si>' })).toThrow(
      '损坏',
    )
  })

  it('__proto__ 作工作表名或表头只是文字', () => {
    expect(() => table({ sheets: [{ name: '__proto__', rows: textRow(1, 'a') + textRow(2, 'b') }] })).toThrow('损坏')
    expect(sheet(textRow(1, '__proto__', 'constructor') + textRow(2, '1', '2')).headers[0]).toBe('__proto__')
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it.each([
    ['word/document.xml', 'Word 文档'],
    ['ppt/presentation.xml', 'PPT'],
    ['content.xml', 'ODS 表格'],
    ['客户.xlsx', '压缩包,请先解压'],
  ])('含 %s 的压缩包说清是什么', (name, words) => {
    expect(() => readZipWorkbook(zipFile([{ name, content: 'x' }]), LIMITS)).toThrow(words)
  })
})

const xls = (rows: (string | number | Date)[][], bookType: 'biff5' | 'biff8' = 'biff8'): Buffer => {
  const book = XLSX.utils.book_new()
  XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows, { UTC: true }), 'Sheet1')
  return XLSX.write(book, { type: 'buffer', bookType }) as Buffer
}

describe('xls 工作簿', () => {
  it('读出中文、前导零和日期', () => {
    const { rows } = readCfbWorkbook(
      xls([
        ['名称', '代码', '日期'],
        ['平安', '000001', new Date('2024-02-29')],
      ]),
      LIMITS,
    )
    expect(rows.map((row) => row.cells)).toEqual([
      ['名称', '代码', '日期'],
      ['平安', '000001', '2024-02-29'],
    ])
  })

  it('老版本按代码页 936 存的中文读得对', () => {
    const bytes = xls([['NNNNNNNN'], ['PPPPPPPP']], 'biff5')
    bytes.writeUInt16LE(936, bytes.indexOf(Buffer.from([0x42, 0, 2, 0])) + 4)
    Buffer.from('bfcdbba7c3fbb3c6', 'hex').copy(bytes, bytes.indexOf('NNNNNNNN'))
    Buffer.from('c6bdb0b2d2f8d0d0', 'hex').copy(bytes, bytes.indexOf('PPPPPPPP'))
    expect(readCfbWorkbook(bytes, LIMITS).rows.map((row) => row.cells)).toEqual([['客户名称'], ['平安银行']])
  })

  it('加密的工作簿请人先取消密码,别的文档说清不是表格,断尾的说损坏', () => {
    const container = (name: string) => {
      const cfb: object = XLSX.CFB.utils.cfb_new()
      XLSX.CFB.utils.cfb_add(cfb, name, Buffer.from('x'.repeat(5000)))
      return XLSX.CFB.write(cfb, { type: 'buffer' }) as Buffer
    }
    expect(() => readCfbWorkbook(container('/EncryptedPackage'), LIMITS)).toThrow('取消密码')
    expect(() => readCfbWorkbook(container('/WordDocument'), LIMITS)).toThrow('不是 Excel 表格')
    expect(() => readCfbWorkbook(xls([['a'], ['b']]).subarray(0, 600), LIMITS)).toThrow('损坏')
  })
})
