import type { Read, Tx } from '../../../db/store.ts'

/** The settings of these names that have been set, each as the text it is stored as. */
export async function storedSettings<N extends string>(
  db: Read | Tx,
  names: readonly N[],
): Promise<{ readonly [K in N]?: string }> {
  const rows = await (db as Read).selectFrom('settings').select(['name', 'value']).where('name', 'in', names).execute()
  return Object.fromEntries(rows.map(({ name, value }) => [name, value])) as { [K in N]?: string }
}

export async function storeSettings(tx: Tx, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await tx
      .insertInto('settings')
      .values({ name, value })
      .onConflict((on) => on.column('name').doUpdateSet({ value }))
      .execute()
}
