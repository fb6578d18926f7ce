/** The command line's exit code follows from it: 1 failure, 2 usage, 3 precondition, 4 verification. */
export type RefusalKind = 'failure' | 'usage' | 'precondition' | 'verification'

/** Why something the operator asked for was not done; the message is Chinese and fit to show. */
export class Refusal extends Error {
  readonly kind: RefusalKind
  /** Findings behind a failed verification. */
  readonly problems: readonly { readonly code: string; readonly detail: string }[]
  constructor(kind: RefusalKind, message: string, problems: Refusal['problems'] = []) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
    this.problems = problems
  }
}
