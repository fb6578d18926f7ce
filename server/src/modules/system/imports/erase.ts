import type { Tx } from '../../../db/store.ts'

/** 系统初始化: removes a row of an import; of what it created nothing is left by then. */
export const eraseImportRow = async (tx: Tx, id: number): Promise<void> => {
  await tx.deleteFrom('importRows').where('id', '=', id).execute()
}
/** Removes a batch whose rows are gone. */
export const eraseImport = async (tx: Tx, id: number): Promise<void> => {
  await tx.deleteFrom('imports').where('id', '=', id).execute()
}
