import { invalidField } from '../../core/problem.ts'
import type { Tx } from '../../db/store.ts'

/** Whoever is to hand goods over works here: nobody else would hear of it. 400 naming the field. */
export async function checkDeliverer(tx: Tx, delivererId: number | null | undefined): Promise<void> {
  if (!delivererId) return
  const user = await tx.selectFrom('users').select('disabled').where('id', '=', delivererId).executeTakeFirst()
  if (user?.disabled === 1) throw invalidField('delivererId', '交货人已停用')
}
