import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, type ProblemCode, problems } from '@crm/shared/problems'
import { BusyError } from '../../db/store.ts'
import { isDiskFull } from '../../db/trouble.ts'
import { ProblemError, problem } from '../problem.ts'

const RETRY_SECONDS = 5

/** Fastify's own refusals (they never reach a handler) in our words. */
function ofFastify(error: FastifyError): ProblemError | null {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem('unsupported_type', '请求内容应为 application/json')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return problem('too_large', '请求内容超过大小限制')
  }
  if (error.statusCode === 413) return problem('too_large', '请求内容超过大小限制')
  if (error.statusCode === 415) return problem('unsupported_type', '不支持的内容类型')
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return problem('bad_request', '请求无法解析,请检查格式')
  return null
}

function problemOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error
  if (error instanceof BusyError) return problem('busy', error.message, { retryAfterSeconds: RETRY_SECONDS })
  if (isDiskFull(error)) return problem('disk_full', '磁盘已满,未保存。请联系管理员清理磁盘')
  return ofFastify(error as FastifyError)
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: ProblemError): FastifyReply {
  const { errors, current, matches, retryAfterSeconds } = error.extra
  const facts = problems[error.code]
  const body: Problem & { requestId: string } = {
    type: `urn:crm:problem:${error.code}`,
    title: facts.title,
    status: facts.status,
    detail: error.message,
    instance: request.url.split('?', 1)[0]!,
    code: error.code as ProblemCode,
    ...(errors && { errors }),
    ...(current !== undefined && { current }),
    ...(matches !== undefined && { matches }),
    requestId: request.id,
  }
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return reply.code(facts.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(body))
}

/** Every error is turned into a problem here and nowhere else; what nobody foresaw is logged and told without its text. */
export function problemReplies(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const known = problemOf(error)
    if (known) return sendProblem(request, reply, known)
    request.log.error({ err: error }, 'unexpected')
    return sendProblem(request, reply, problem('internal', '系统出错,未保存。请把错误编号告诉管理员'))
  })
}
