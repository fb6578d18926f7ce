import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { queryTokens, rowTokens } from '@crm/server/modules/customers/searchTokens'

const open = () => {
  const db = new Database(':memory:')
  db.exec(
    "create virtual table f using fts5(t, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', detail=none)",
  )
  const insert = db.prepare('insert into f(rowid, t) values (?, ?)')
  const match = db.prepare<[string], { rowid: number }>('select rowid from f where f match ?')
  return {
    db,
    add: (id: number, text: string) => insert.run(id, rowTokens({ texts: [text], initials: '', digits: [] })),
    find: (text: string) =>
      match
        .all(
          queryTokens(text)
            .map((token) => `"${token}"`)
            .join(' '),
        )
        .map(({ rowid }) => rowid),
  }
}

it('Unicode 里的每个文字单独输入都能在 SQLite 全文索引里找到', () => {
  const { db, add, find } = open()
  const searchable: number[] = []
  db.transaction(() => {
    for (let code = 0x30; code < 0x32_400; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const char = String.fromCodePoint(code)
      if (queryTokens(char).length === 0) continue
      add(code, char)
      searchable.push(code)
    }
  })()
  expect(searchable.length).toBeGreaterThan(120_000)
  const lost = searchable.filter((code) => !find(String.fromCodePoint(code)).includes(code))
  expect(lost.map((code) => code.toString(16))).toEqual([])
})

it('生僻字与扩展区的字成对也能找到', () => {
  const { add, find } = open()
  ;['𠮷野家餐饮', '\u{30000}\u{2a6d6}公司', '龘靐齉爩', '万科Ａ 3M', 'Nestlé 雀巢'].forEach((name, index) =>
    add(index + 1, name),
  )
  expect(find('𠮷野')).toEqual([1])
  expect(find('\u{30000}\u{2a6d6}')).toEqual([2])
  expect(find('靐齉')).toEqual([3])
  expect(find('科ａ')).toEqual([4])
  expect(find('３m')).toEqual([4])
  expect(find('NESTLÉ')).toEqual([5])
})

it('查询里的引号和运算符不会变成全文检索语法', () => {
  const { add, find } = open()
  add(1, 'AND NEAR 平安 "银行"')
  for (const text of [
    'AND',
    'near(',
    '"平安"',
    '平安 OR',
    "'; drop table f --",
    '平安*',
    '-平安',
    't:平安',
    '^平安',
    '{平安}',
  ])
    expect(() => find(text)).not.toThrow()
  expect(find('"平安"')).toEqual([1])
})
