import { createIndex, type Db } from './helpers.ts'

export const name = '0052_contractTitles'

/** The box at the top looks through the titles of contracts: without reading what stands in them. */
export async function up(db: Db): Promise<void> {
  await createIndex(db, 'contracts', ['title'], { where: '"deletedAt" is null' })
}
