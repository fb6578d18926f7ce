import Database from 'better-sqlite3'

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
    select c.id, c.version, c."createdAt", c."updatedAt", c.number, c.name, c."shortName", c.level, c.status, c.source, c.industry, c."regionCode", c.address, c.phone, c.email,
      c.website, c."creditCode", c."ownerId", c."creditFen", c.terms, c."termsDays", c.notes, (select u.name from users u where u.id = c."ownerId") as "ownerName",
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
