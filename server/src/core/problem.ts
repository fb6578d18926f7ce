import type { FieldError } from '@crm/shared/kernel/check'
import { problems, type ProblemCode } from '@crm/shared/problems'

interface Extra {
  readonly errors?: readonly FieldError[]
  readonly current?: unknown
  readonly matches?: unknown
  readonly retryAfterSeconds?: number
}

/** Every failure a user may see: `code` is the contract, `message` is Chinese and fit to show. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly extra: Extra
  constructor(code: ProblemCode, detail: string, extra: Extra = {}) {
    super(detail)
    this.name = 'ProblemError'
    this.code = code
    this.extra = extra
  }
  get status(): number {
    return problems[this.code].status
  }
}

/** Another thread's errors arrive with all they said, but not as what they were. */
export function asThrown(error: unknown): unknown {
  const { code, extra, message, name } = error as Error & Partial<Pick<ProblemError, 'code' | 'extra'>>
  const isProblem = name === 'ProblemError' && code !== undefined && code in problems
  return isProblem && !(error instanceof ProblemError) ? new ProblemError(code, message, extra) : error
}

export const problem = (code: ProblemCode, detail: string, extra?: Extra): ProblemError =>
  new ProblemError(code, detail, extra)
/** 404, not 403: a stranger must not learn that the row exists. */
export const notFound = (label: string): ProblemError => problem('not_found', `${label}不存在或无权查看`)
export const forbidden = (detail = '没有此操作的权限'): ProblemError => problem('forbidden', detail)
export const stale = (label: string, current: unknown): ProblemError =>
  problem('stale_version', `${label}已被他人修改,请核对后再保存`, { current })
export const invalid = (errors: readonly FieldError[]): ProblemError =>
  problem(
    'invalid_input',
    errors
      .map((e) => e.message)
      .slice(0, 3)
      .join(';') || '输入有误',
    { errors },
  )
export const invalidField = (field: string, message: string): ProblemError => invalid([{ field, message }])
