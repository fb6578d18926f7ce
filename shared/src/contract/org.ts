import { role, team, user } from '../entities/user.ts'
import { crudEndpoints, endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import { newPassword } from './auth.ts'

export interface Directory {
  readonly users: readonly {
    readonly id: number
    readonly name: string
    readonly teamId: number | null
    readonly disabled: boolean
  }[]
  readonly teams: readonly { readonly id: number; readonly name: string; readonly parentId: number | null }[]
}

const { list, get, create, update } = crudEndpoints(user, { create: { password: newPassword } })
/** No remove: an operator with a past is disabled, never deleted. */
export const users = {
  list,
  get,
  create,
  update,
  resetPassword: endpoint<null>()('POST', '/api/users/:id/password', 'user.update', {
    summary: '重置操作员密码,其全部登录立即失效',
    params: ID_PARAM,
    body: { password: newPassword },
    status: 204,
  }),
}
export const teams = crudEndpoints(team)
export const roles = crudEndpoints(role)
/** Names for pickers and for the names beside ids: every signed-in user may know who works here. */
export const directory = {
  read: endpoint<Directory>()('GET', '/api/directory', 'signedIn', { summary: '同事与部门名录' }),
}
