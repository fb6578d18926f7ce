import { endpoint } from '../kernel/endpoint.ts'
import { text } from '../kernel/field.ts'
import type { PermissionName, Reach } from '../permissions.ts'

/** Who is signed in, what they may do and how far. */
export interface Session {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly teamId: number | null
  readonly teamName: string | null
  readonly roleNames: readonly string[]
  /** Widest data scope of all permissions. */
  readonly reach: Reach
  readonly permissions: Readonly<Partial<Record<PermissionName, Reach>>>
  readonly company: string
  readonly zone: string
}

const MIN_PASSWORD = 8
/** Bytes are bounded too: a megabyte of password must not reach the hash. */
export const newPassword = text({ label: '新密码', min: MIN_PASSWORD, max: 128 })
const typed = (label: string) => text({ label, max: 128 })

export const auth = {
  login: endpoint<Session>()('POST', '/api/auth/login', null, {
    summary: '登录',
    body: { username: text({ label: '用户名', max: 40 }), password: typed('密码') },
  }),
  logout: endpoint<null>()('POST', '/api/auth/logout', null, { summary: '退出登录', status: 204 }),
  me: endpoint<Session>()('GET', '/api/auth/me', 'signedIn', { summary: '当前登录' }),
  password: endpoint<null>()('POST', '/api/auth/password', 'signedIn', {
    summary: '修改自己的密码,其他登录立即失效',
    body: { oldPassword: typed('原密码'), newPassword },
    status: 204,
  }),
}
