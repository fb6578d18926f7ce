import { addColumns, type Db } from './helpers.ts'

export const name = '0050_importPlaces'

/** A workbook with documents on one sheet and their lines on another: which sheets, and where on each a row stands. */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'imports', (t) => t.text('layout'))
  await addColumns(db, 'importRows', (t) => t.integer('headRow').integer('lineRow'))
}
