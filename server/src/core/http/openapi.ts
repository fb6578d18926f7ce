import type { FastifyInstance } from 'fastify'
import { alwaysSaid, type AnyEndpoint } from '@crm/shared/kernel/endpoint'
import type { QueryParam, QuerySpec } from '@crm/shared/kernel/query'
import { type JsonSchema, objectSchema } from '@crm/shared/kernel/schema'
import { problems } from '@crm/shared/problems'

function parameterSchema(param: QueryParam): JsonSchema {
  switch (param.as) {
    case 'id':
      return { type: 'integer', minimum: 1 }
    case 'integer':
      return { type: 'integer', minimum: param.min, maximum: param.max }
    case 'flag':
      return { type: 'boolean' }
    case 'day':
      return { type: 'string', format: 'date' }
    case 'instant':
      return { type: 'string', format: 'date-time' }
    case 'oneOf':
      return { type: 'string', enum: param.values }
    case 'ids':
    case 'words':
      return { type: 'string', description: `comma-separated, at most ${param.max}` }
    case 'text':
      return { type: 'string', maxLength: param.max }
  }
}
const parameters = (spec: QuerySpec | undefined, where: 'path' | 'query') =>
  Object.entries(spec ?? {}).map(([name, param]) => ({
    name,
    in: where,
    required: where === 'path' || param.required === true,
    description: param.label,
    schema: parameterSchema(param),
  }))

const PROBLEM: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problems) },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
    current: {},
    matches: {},
    requestId: { type: 'string' },
  },
}

function operation(endpoint: AnyEndpoint) {
  const { permission, status, reply } = endpoint
  const security = permission === null ? [] : [{ cookie: [] }, { bearer: [] }]
  const content = endpoint.upload
    ? {
        'multipart/form-data': {
          schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
        },
      }
    : endpoint.body && {
        'application/json': {
          schema: objectSchema(endpoint.body, endpoint.partial ? alwaysSaid(endpoint.body) : undefined),
        },
      }
  return {
    summary: endpoint.summary,
    tags: [endpoint.path.split('/')[2]],
    ...(permission &&
      permission !== 'signedIn' && { description: `permission: ${permission}`, 'x-permission': permission }),
    security,
    parameters: [
      ...parameters(endpoint.params, 'path'),
      ...parameters(endpoint.query, 'query'),
      ...(endpoint.idempotent
        ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } }]
        : []),
    ],
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      [status]:
        status === 204
          ? { description: '完成' }
          : { description: '成功', content: { 'application/json': { schema: reply } } },
      ...(endpoint.accepted && {
        202: { description: '在后台继续', content: { 'application/json': { schema: endpoint.accepted } } },
      }),
      default: {
        description: '问题',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

/** OpenAPI 3.1 of everything that was bound. */
export function openApi(endpoints: readonly AnyEndpoint[], title: string, version: string): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints)
    (paths[endpoint.path.replace(/:(\w+)/g, '{$1}')] ??= {})[endpoint.method.toLowerCase()] = operation(endpoint)
  return {
    openapi: '3.1.0',
    info: { title, version },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'crm' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'crm_…' },
      },
    },
  }
}

const escape = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)

/** `/api/openapi.json`, and `/api/docs`: a page that needs neither script nor network. */
export function apiDocs(app: FastifyInstance, endpoints: readonly AnyEndpoint[]): void {
  const title = '客户管理系统 API'
  app.get('/api/openapi.json', async () => openApi(endpoints, title, '1'))
  app.get('/api/docs', async (_request, reply) => {
    const rows = [...endpoints]
      .sort((a, b) => a.path.localeCompare(b.path))
      .map(
        (e) =>
          `<tr><td><code>${e.method}</code></td><td><code>${escape(e.path)}</code></td><td>${escape(e.summary)}</td><td>${escape(e.permission ?? '公开')}</td><td>${Object.keys(
            { ...e.query, ...e.body },
          )
            .map(escape)
            .join(', ')}</td></tr>`,
      )
    return reply
      .type('text/html; charset=utf-8')
      .send(
        `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><p><a href="/api/openapi.json">openapi.json</a></p><table border="1" cellpadding="4"><thead><tr><th>方法</th><th>路径</th><th>用途</th><th>权限</th><th>参数与字段</th></tr></thead><tbody>${rows.join('')}</tbody></table></body></html>`,
      )
  })
}
