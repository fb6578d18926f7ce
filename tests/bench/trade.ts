import Database from 'better-sqlite3'

const DAYS = 700
/** Of them two thirds are paid in full, one sixth in part. */
const RECEIVABLES_PER_ORDER = 2

/**
 * Writes orders of five lines, and two receivables each with their payments, straight into the file: through the product it would take
 * hours, and what is measured is reading. Days spread over the last 700; what is paid was paid between ten and fifty days after.
 */
export function seedTrade(file: string, orders: number, customers: number, today: string): void {
  const db = new Database(file)
  db.pragma('foreign_keys = ON')
  const lines = 5
  const count = { orders, customers, today, days: DAYS }
  const at = `"createdAt", "updatedAt"`
  const day = (from: string, plus: string) => `date(${from}, '+' || (${plus}) || ' days')`
  db.transaction(() => {
    db.exec(`insert into products ("number", "name", "priceFen", "costFen", "taxRateBp", "active", "initials", "searchText", "version", ${at})
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)
      select 'CP' || i, '标准件' || i || '号', 1000 + i, 700 + i, 1300, 1, 'bzj' || i, '标准件' || i, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' from n`)
    db.prepare(
      `insert into orders ("id", "number", "customerId", "ownerId", "teamId", "state", "orderedOn", "promisedOn", "discountFen", "amountFen", "taxFen", "costFen",
        "netFen", "netTaxFen", "netCostFen", "version", ${at})
      with recursive n(i) as (select 1 union all select i + 1 from n where i < $orders),
      dated as (select i, 1 + (i * 7919) % $customers as "customerId", date($today, '-' || ($days - i * $days / $orders) || ' days') as "on" from n)
      select d.i, 'DD-B' || d.i, d."customerId", c."ownerId", u."teamId",
        case d.i % 20 when 0 then 'draft' when 1 then 'void' when 2 then 'confirmed' when 3 then 'partial' else 'delivered' end,
        d."on", ${day(`d."on"`, 'd.i % 40')}, 0, ${lines} * 10000, ${lines} * 1150, ${lines} * 7000,
        ${lines} * 10000, ${lines} * 1150, ${lines} * 7000, 1, d."on" || 'T02:00:00.000Z', d."on" || 'T02:00:00.000Z'
      from dated d join customers c on c.id = d."customerId" left join users u on u.id = c."ownerId"`,
    ).run(count)
    db.exec(`insert into orderLines ("orderId", "position", "productId", "name", "qtyMilli", "priceFen", "discountBp", "taxRateBp", "amountFen", "taxFen", "costFen",
        "promisedOn", "deliveredMilli", "returnedMilli", "netMilli", "netFen", "netTaxFen", "version", ${at})
      with recursive n(p) as (select 1 union all select p + 1 from n where p < ${lines})
      select o.id, n.p, 1 + (o.id * 31 + n.p * 97) % 500, '标准件' || (1 + (o.id * 31 + n.p * 97) % 500) || '号', 10000, 1000, 0, 1300, 10000, 1150, 700,
        o."promisedOn", case o.state when 'delivered' then 10000 when 'partial' then 4000 else 0 end, 0, 10000, 10000, 1150, 1, o."createdAt", o."createdAt"
      from orders o cross join n order by o.id, n.p`)
    db.exec(`insert into receivables ("customerId", "orderId", "label", "trigger", "amountFen", "activeOn", "dueOn", "receivedFen", "writtenOffFen", "ownerId", "teamId", "version", ${at})
      with recursive n(p) as (select 1 union all select p + 1 from n where p < ${RECEIVABLES_PER_ORDER})
      select o."customerId", o.id, '第' || n.p || '期', 'day', o."amountFen" / ${RECEIVABLES_PER_ORDER}, o."orderedOn", ${day(`o."orderedOn"`, 'n.p * 30')},
        case when o.id % 6 < 4 then o."amountFen" / ${RECEIVABLES_PER_ORDER} when o.id % 6 = 4 then 1000 else 0 end, 0, o."ownerId", o."teamId", 1, o."createdAt", o."createdAt"
      from orders o cross join n where o.state in ('confirmed', 'partial', 'delivered', 'closed') order by o.id, n.p`)
    db.exec(`insert into ledgerEntries ("receivableId", "kind", "openFen", "prepaidFen", "dueOn", "effectiveOn", "recordedAt")
      select id, 'due', "amountFen", 0, "dueOn", "activeOn", "createdAt" from receivables order by id`)
    db.exec(`insert into receipts ("number", "customerId", "amountFen", "receivedOn", "method", "state", "allocatedFen", "ownerId", "teamId", "version", ${at})
      select 'HK-B' || id, "customerId", "receivedFen", ${day(`"activeOn"`, '10 + id % 40')}, 'bank', 'confirmed', "receivedFen", "ownerId", "teamId", 1, "createdAt", "createdAt"
      from receivables where "receivedFen" > 0 order by id`)
    for (const [kind, open, prepaid] of [
      ['receipt', '0', `p."amountFen"`],
      ['allocation', `-p."amountFen"`, `-p."amountFen"`],
    ])
      db.exec(`insert into ledgerEntries ("receivableId", "receiptId", "kind", "openFen", "prepaidFen", "effectiveOn", "recordedAt")
        select ${kind === 'allocation' ? 'r.id' : 'null'}, p.id, '${kind}', ${open}, ${prepaid}, p."receivedOn", p."createdAt"
        from receivables r join receipts p on p.number = 'HK-B' || r.id order by r.id`)
  })()
  db.exec('analyze')
  db.close()
}
