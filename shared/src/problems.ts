/** Every failure a client may meet: code -> HTTP status and title. The codes are part of the outside contract. */
export const problems = {
  invalid_input: { status: 400, title: '输入有误' },
  page_too_deep: { status: 400, title: '翻页太深' },
  bad_request: { status: 400, title: '请求无效' },
  signed_out: { status: 401, title: '未登录' },
  wrong_credentials: { status: 401, title: '用户名或密码不对' },
  forbidden: { status: 403, title: '没有权限' },
  wrong_origin: { status: 403, title: '来源不符' },
  not_found: { status: 404, title: '不存在' },
  stale_version: { status: 409, title: '已被他人修改' },
  duplicate: { status: 409, title: '疑似重复' },
  taken: { status: 409, title: '已被占用' },
  claimed: { status: 409, title: '已被领取' },
  claim_refused: { status: 409, title: '现在不能领取' },
  in_use: { status: 409, title: '正在使用' },
  illegal_move: { status: 409, title: '当前状态不允许' },
  request_in_flight: { status: 409, title: '相同的请求正在处理' },
  too_large: { status: 413, title: '内容太大' },
  unsupported_type: { status: 415, title: '不支持的内容类型' },
  key_reused: { status: 422, title: '幂等键已用于另一请求' },
  unreadable_file: { status: 422, title: '文件无法读取' },
  too_many: { status: 429, title: '请求太频繁' },
  internal: { status: 500, title: '系统错误' },
  maintenance: { status: 503, title: '系统维护中' },
  busy: { status: 503, title: '系统繁忙' },
  disk_full: { status: 507, title: '磁盘已满' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>

export type ProblemCode = keyof typeof problems

/** RFC 9457 problem details, as every 4xx and 5xx answers. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
  readonly current?: unknown
  readonly matches?: unknown
}
