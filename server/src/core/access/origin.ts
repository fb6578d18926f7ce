import type { FastifyRequest } from 'fastify'
import { problem } from '../problem.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Where the client believes to be: scheme and host as addressed (behind a trusted proxy, as the proxy was). Default ports are left out. */
function ownOrigin({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string | null {
  return URL.canParse(`${protocol}://${host}`) ? new URL(`${protocol}://${host}`).origin : null
}
const isOwn = (request: FastifyRequest) => request.headers.origin === ownOrigin(request)
const wrongOrigin = () => problem('wrong_origin', '请求来自其他网站,已拒绝。经反向代理访问时请设置 CRM_TRUST_PROXY')

/** Whoever acts by the cookie must show that our own page asks: browsers send Origin with every such request, and no page can forge it. */
export function requireOwnOrigin(request: FastifyRequest): void {
  if (!SAFE.has(request.method) && !isOwn(request)) throw wrongOrigin()
}

/** Before there is a cookie a program needs no Origin, but another website's is refused all the same (signing a visitor in as somebody else). */
export function refuseForeignOrigin(request: FastifyRequest): void {
  if (request.headers.origin !== undefined && !isOwn(request)) throw wrongOrigin()
}
