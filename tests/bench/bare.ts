import Database from 'better-sqlite3'
import { customer } from '@crm/shared/entities/customer'
import { isColumn } from '@crm/shared/kernel/field'

/** What a list answers, and nothing else of the table. */
const columns = [
  'id',
  'version',
  'createdAt',
  'updatedAt',
  ...Object.entries(customer.fields).flatMap(([key, field]) => (isColumn(field) ? [key] : [])),
].map((name) => `c."${name}"`)

/**
 * The limit to compare with: what a list costs in this process on this database when nothing but better-sqlite3 and JSON.stringify
 * stand between the request and the answer. Page of 50, capped count, scope by owners.
 */
export function bareLoop(
  file: string,
  owners: readonly number[] | null,
  rounds: number,
): { cpuMs: number; bytes: number } {
  const db = new Database(file, { readonly: true })
  const scope = owners ? `and "ownerId" in (select value from json_each(?))` : ''
  const params = owners ? [JSON.stringify(owners)] : []
  const page = db.prepare(`
    select ${columns.join()},
      (select u.name from users u where u.id = c."ownerId") as "ownerName", (select p.name from pools p where p.id = c."poolId") as "poolName",
      (select group_concat(l."tagId") from "customerTags" l where l."customerId" = c.id) as "tagIds",
      (select group_concat(t.name) from "customerTags" l join tags t on t.id = l."tagId" where l."customerId" = c.id) as "tagNames"
    from customers c where c."deletedAt" is null ${scope.replace('"ownerId"', '+c."ownerId"')} order by c."updatedAt" desc, c.id desc limit 50`)
  const count = db.prepare(
    `select count(*) as n from (select 1 from customers where "deletedAt" is null ${scope} limit 10001)`,
  )
  const once = () => JSON.stringify({ items: page.all(...params), total: (count.get(...params) as { n: number }).n })
  for (let i = 0; i < 20; i++) once()
  const before = process.cpuUsage()
  let bytes = 0
  for (let i = 0; i < rounds; i++) bytes = once().length
  const used = process.cpuUsage(before)
  db.close()
  return { cpuMs: (used.user + used.system) / 1000 / rounds, bytes }
}
