import type { ApprovalMode, ApprovalState, TaskOutcome } from '@crm/shared/contract/approvals'

export interface TaskFacts {
  readonly step: number
  readonly outcome: TaskOutcome | null
}

/** An approval is what its tasks make it: nothing else is stored. `stateIs` of queries.ts says the same in SQL. */
export function stateOf(tasks: readonly TaskFacts[]): ApprovalState {
  const has = (outcome: TaskOutcome | null) => tasks.some((task) => task.outcome === outcome)
  if (has('refused')) return 'refused'
  if (has('withdrawn')) return 'withdrawn'
  return has(null) ? 'pending' : 'approved'
}

/** Whose turn it is, of tasks in the order of step and position. */
export function turnOf<T extends TaskFacts>(modes: readonly ApprovalMode[], tasks: readonly T[]): readonly T[] {
  if (stateOf(tasks) !== 'pending') return []
  const first = tasks.find(({ outcome }) => outcome === null)!
  const waiting = tasks.filter(({ outcome, step }) => outcome === null && step === first.step)
  return modes[first.step] === 'sequence' ? waiting.slice(0, 1) : waiting
}

/** 或签: the others need not agree any more. */
export const spared = <T extends TaskFacts>(modes: readonly ApprovalMode[], tasks: readonly T[]): readonly T[] =>
  tasks.filter(
    ({ outcome, step }) =>
      outcome === null &&
      modes[step] === 'any' &&
      tasks.some((other) => other.step === step && other.outcome === 'approved'),
  )

/** A step that nobody has agreed to and nobody is left of. */
export const deserted = (tasks: readonly TaskFacts[], step: number): boolean =>
  !tasks.some((task) => task.step === step && (task.outcome === null || task.outcome === 'approved'))
