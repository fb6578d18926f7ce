import { allRelations, covered, GONE, grants, type Persona, type Relation } from './grants.ts'
import type { Policy, Subject } from './policy.ts'
import { tradeKinds } from './trade/index.ts'

// What the written policy comes to for one person and one row.

/** Of these it only counts whether they are one's own: there is no more to them than that. */
const isOneOf = (of: Subject | undefined) => of === 'import' || of === 'export' || of === 'merge' || of === 'duplicate'
/** Rows of these belong to everybody who holds the permission: what counts is whether they are there. */
const isOwned = (of: Subject | undefined) =>
  of === 'interaction' ||
  of === 'reminder' ||
  of === 'document' ||
  of === 'feedback' ||
  of === 'customer' ||
  of === 'contact' ||
  (of !== undefined && tradeKinds[of]?.of === 'customer') ||
  isOneOf(of)

/** The relations in which a row of this kind can stand to anybody. */
export function relationsOf({ of }: Policy): readonly (Relation | null)[] {
  if (of === undefined) return [null]
  if (isOneOf(of) || of === 'approval') return ['own', 'foreign', 'absent']
  if (of === 'reminder') return ['own', 'team', 'subtree', 'foreign', 'deleted', 'deletedForeign', 'absent']
  return isOwned(of)
    ? allRelations
    : of === 'pool' ||
        of === 'pooled' ||
        of === 'poolBatch' ||
        of === 'token' ||
        of === 'user' ||
        of === 'dictItem' ||
        of === 'handover'
      ? ['foreign', 'absent']
      : ['foreign', 'deletedForeign', 'absent']
}

/** The status the written policy demands: 401, 403 (may see, may not do), 404 (must not learn that it exists), or success. */
export function expectedStatus(policy: Policy, persona: Persona, relation: Relation | null): number {
  const { needs, of, ok, recycled, shared } = policy
  if (needs === null) return ok
  if (persona === 'stranger') return 401
  const held = grants[persona]
  const reach = needs === 'signedIn' ? 'all' : held[needs]
  if (reach === undefined && policy.elsewhere && held[policy.elsewhere])
    return relation === null ? ok : relation === 'own' ? 403 : 404
  if (reach === undefined) return 403
  if (relation === null) return ok
  const isGone = GONE.includes(relation)
  if (relation === 'absent' || isGone !== (recycled === true)) return 404
  if (of === 'approval') return relation === 'own' ? ok : !held['approval.setup'] ? 404 : shared ? ok : 403
  if (!isOwned(of)) return ok
  if (of === 'export') return relation === 'own' ? ok : 404
  if (isOneOf(of)) return relation === 'own' || reach === 'all' ? ok : 404
  const inCircle = covered[reach].includes(relation)
  if (recycled) return inCircle ? ok : 404
  const isShared = !tradeKinds[of!]?.unshared && (relation === 'read' || relation === 'edit')
  const reading = held[tradeKinds[of!]?.reads ?? `${of}.read`]
  if (!isShared && !(reading && covered[reading].includes(relation))) return 404
  const asCollaborator = shared === 'read' ? isShared : shared === 'edit' && relation === 'edit'
  return inCircle || asCollaborator ? ok : 403
}
