import type { Problem, ProblemCode } from '@crm/shared/problems'

/** The server refused: `detail` is Chinese and fit to show. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly status: number
  readonly detail: string
  readonly errors: readonly { readonly field: string; readonly message: string }[]
  readonly current: unknown
  readonly matches: unknown
  /** Quoted by a user who asks for help; finds the line in the server's log. */
  readonly requestId: string | null
  readonly retryAfterMs: number | null

  constructor(problem: Problem, requestId: string | null, retryAfterMs: number | null) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.current = problem.current
    this.matches = problem.matches
    this.requestId = requestId
    this.retryAfterMs = retryAfterMs
  }
}

/** No answer at all: server down or cable out. Nothing is known about what the request did. */
export class OfflineError extends Error {
  constructor() {
    super('与服务器的连接断开了')
    this.name = 'OfflineError'
  }
}

export const isProblem = (error: unknown, code?: ProblemCode): error is ProblemError =>
  error instanceof ProblemError && (code === undefined || error.code === code)
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

export interface ErrorWords {
  readonly title: string
  readonly detail: string
  readonly requestId: string | null
}
/** What a person reads about any error; the one place that turns errors into words. */
export function errorWords(error: unknown): ErrorWords {
  if (error instanceof OfflineError)
    return { title: '连接不上服务器', detail: '请检查网络,稍后重试。已填写的内容不会丢失。', requestId: null }
  if (!(error instanceof ProblemError)) return { title: '页面出错了', detail: '请刷新页面后重试。', requestId: null }
  const { code, status, requestId } = error
  if (status >= 500 && code === 'internal')
    return { title: '系统出错了', detail: '请稍后重试;如果一直这样,把错误编号发给管理员。', requestId }
  if (code === 'not_found')
    return { title: '找不到', detail: error.detail || '它可能已被删除,或者不在可以查看的范围内。', requestId }
  if (code === 'forbidden') return { title: '没有权限', detail: error.detail || '需要时请联系管理员开通。', requestId }
  const fields = error.errors
    .filter((one) => one.field === '' || !error.detail.includes(one.message))
    .map((one) => one.message)
  return { title: error.detail, detail: fields.slice(0, 3).join(';'), requestId: status >= 500 ? requestId : null }
}
