import Database from 'better-sqlite3'

/** Spread over this many days before now, a customer's evenly, so that the last one of each is recent. */
const DAYS = 400

/**
 * Writes `count` follow-ups of the customers' owners straight into the file: through the product it would take an hour, and what is
 * measured is reading. Instants spread over the last 400 days; the latest of each customer is noted on it.
 */
export function seedFollowUps(file: string, count: number, customers: number, now: Date): void {
  const db = new Database(file)
  db.pragma('foreign_keys = ON')
  const from = now.getTime() - DAYS * 86_400_000
  db.prepare(
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < $count),
     spread as (select i, 1 + (i * 7919) % $customers as "customerId",
       strftime('%Y-%m-%dT%H:%M:%fZ', ($from + i * ($span / $count)) / 1000.0, 'unixepoch') as at from n)
     insert into interactions ("customerId", kind, text, "followedAt", "authorId", counts, version, "createdAt", "updatedAt")
     select s."customerId", case s.i % 4 when 0 then 'call' when 1 then 'visit' when 2 then 'wechat' else 'email' end,
       '电话沟通第' || s.i || '次:客户对报价基本认可,下周确认交期和付款方式', s.at, coalesce(c."ownerId", 1), 1, 1, s.at, s.at
     from spread s join customers c on c.id = s."customerId"`,
  ).run({ count, customers, from, span: DAYS * 86_400_000 })
  db.exec(`update customers set "lastFollowUpAt" = (select max("followedAt") from interactions i where i."customerId" = customers.id),
    "lastValidFollowUpAt" = (select max("followedAt") from interactions i where i."customerId" = customers.id)`)
  db.exec('analyze')
  db.close()
}
