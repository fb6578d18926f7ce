import { type ExportName, exports } from '@crm/shared/contract/exports'
import { type Reach, widest } from '@crm/shared/permissions'
import { type Actor, can, type Rights } from '../../../core/access/actor.ts'
import { forbidden } from '../../../core/problem.ts'
import type { ExportJobRow } from '../../../db/schema.exports.ts'
import type { Read } from '../../../db/store.ts'
import { loadRights } from '../../org/service.ts'

const mayExport = (rights: Rights, list: string) => can(rights, exports[list as ExportName].permission!)

/** Whoever asked, with the rights of this moment and no more than the API token had that asked; null when he may no longer. */
export async function askerOf(
  read: Read,
  { address, limitedTo, list, userId }: ExportJobRow,
  when: Pick<Actor, 'at' | 'today'>,
): Promise<Actor | null> {
  const rights = await loadRights(read, userId)
  if (!rights) return null
  const allowed = limitedTo === null ? null : new Set(limitedTo.split(','))
  const grants = allowed ? new Map([...rights.grants].filter(([name]) => allowed.has(name))) : rights.grants
  const asker = { ...rights, grants }
  return mayExport(asker, list) ? { ...asker, ...when, via: allowed ? 'token' : 'web', address } : null
}

interface Kept {
  readonly teamId: number | null
  readonly grants: readonly (readonly [string, Reach])[]
}
/** What the file was made with. */
export const rightsText = ({ grants, teamId }: Rights): string =>
  JSON.stringify({ teamId, grants: [...grants] } satisfies Kept)

/** Why somebody may no longer have his file: rows, numbers and costs of then may be out of his sight today. Null when he may. */
export function whyNot(actor: Actor, { list, rights }: Pick<ExportJobRow, 'list' | 'rights'>): string | null {
  if (!mayExport(actor, list)) return '已没有导出这张列表的权限'
  const { grants, teamId } = JSON.parse(rights!) as Kept
  const isLess = grants.some(([name, reach]) => {
    const now = actor.grants.get(name)
    return now === undefined || widest(now, reach) !== now
  })
  return isLess || teamId !== actor.teamId ? '你的权限或部门在导出之后变了,请重新导出' : null
}

export function checkStill(actor: Actor, job: ExportJobRow): void {
  const reason = whyNot(actor, job)
  if (reason !== null) throw forbidden(reason)
}
