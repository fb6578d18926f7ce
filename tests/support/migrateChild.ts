import { createTable, required } from '@crm/migrations/helpers'
import type { Migration } from '@crm/migrations'
import { migrate } from '@crm/server/db/migrate'
import type { Target } from '@crm/server/db/open'

/** Where a migrating process dies. */
export const deaths = ['backup', '0002 begins', '0002 ends', '0003 begins', '0003 ends', 'nowhere'] as const
export type Death = (typeof deaths)[number]

/** Three steps, each making a table with one row; the process kills itself at `death`. */
export function steps(death: Death): readonly Migration[] {
  return ['0001', '0002', '0003'].map((name) => ({
    name,
    async up(db) {
      dieIf(death === `${name} begins`)
      await createTable(db, `t${name}`, (t) => t.id().text('name', required))
      await db.insertInto(`t${name}`).values({ name }).execute()
      dieIf(death === `${name} ends`)
    },
  }))
}

function dieIf(now: boolean) {
  if (now) process.kill(process.pid, 'SIGKILL')
}

const [given] = process.argv.slice(2)
if (given && import.meta.main) {
  const { target, death } = JSON.parse(given) as { target: Target; death: Death }
  const backupBefore = async () => {
    dieIf(death === 'backup')
    return null
  }
  await migrate(target, steps(death), { backupBefore, log: () => {} })
}
