/** What a dump holds: rows by table, migrations applied (oldest first), the settings table. */
export interface DumpFacts {
  readonly counts: Readonly<Record<string, number>>
  readonly schema: readonly string[]
  readonly settings: Readonly<Record<string, string>>
}
