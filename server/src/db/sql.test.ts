import { Kysely, PostgresDialect, type RawBuilder, sql as kyselys } from 'kysely'
import { expect, it } from 'vitest'
import { sqliteDialect } from './sqlite.connection.ts'
import { sql } from './sql.ts'

const sqlite = new Kysely<{ a: { id: number; name: string } }>({ dialect: sqliteDialect({} as never) })
const postgres = new Kysely<{ a: { id: number; name: string } }>({
  dialect: new PostgresDialect({ pool: {} as never }),
})

/** The same statement said with either `sql`. */
const said: Record<string, (by: typeof sql) => RawBuilder<unknown>> = {
  文字与值: (by) => by`select ${1}, ${'甲'}, ${null} from a`,
  名称与表: (by) => by`select ${by.ref('a.id')}, ${by.ref('odd"name')} from ${by.table('a')}`,
  字面值: (by) => by`select ${by.lit("it's")}, ${by.lit(3)}, ${by.lit(null)}, ${by.lit(true)}, ${by.raw('"x"')}`,
  一层套一层: (by) =>
    by`select 1 where (${by`${by.ref('id')} = ${7} and ${by`name = ${'乙'}`}`}) or ${by.ref('id')} = ${8}`,
  连起来: (by) => by`select 1 where id in (${by.join([1, by`2`, 3])}) and ${by.join([by`a = ${4}`, by`b`], by` or `)}`,
  一个也没有: (by) => by`in (${by.join([])})`,
  查询里的查询: (by) =>
    by`select ${1} where id in (${sqlite.selectFrom('a').select('id').where('name', '=', '丙')}) and ${2}`,
}

it.each(Object.keys(said))('%s:与 Kysely 写出的一样', (name) => {
  for (const db of [sqlite, postgres]) {
    const [ours, theirs] = [said[name]!(sql).compile(db), said[name]!(kyselys).compile(db)]
    expect({ sql: ours.sql, parameters: ours.parameters }).toEqual({ sql: theirs.sql, parameters: theirs.parameters })
  }
})

it('放进 Kysely 的查询与 sql 里也一样', () => {
  const query = (by: typeof sql) =>
    sqlite
      .selectFrom('a')
      .select(['id', by<number>`${by.ref('id')} + ${1}`.as('next')])
      .where(by<boolean>`${by.ref('a.name')} = ${'甲'}`)
      .where(kyselys<boolean>`${by`id > ${5}`}`)
      .compile()
  expect(query(sql).sql).toBe(query(kyselys).sql)
  expect(query(sql).parameters).toEqual(query(kyselys).parameters)
})
