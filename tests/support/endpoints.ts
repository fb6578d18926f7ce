import { contract } from '@crm/shared/contract/index'
import { entities } from '@crm/shared/entities/index'
import type { Endpoint } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'

// Generated tests look at endpoints and entities as plain data.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyEndpoint = Endpoint<any, any>

/** Everything the contract promises, in its order. */
export const promised: readonly AnyEndpoint[] = Object.values(contract).flatMap((domain) => Object.values(domain))
export const allEntities: readonly Entity[] = Object.values(entities)
/** Those with a list of their own; the lines of a document come with it. */
export const listedEntities = allEntities.filter((entity) =>
  promised.some(({ method, path }) => method === 'GET' && path === `/api/${entity.path}`),
)

/** `PATCH /api/customers/:id`: how policies and snapshots call an endpoint. */
export const nameOf = ({ method, path }: AnyEndpoint): string => `${method} ${path}`

/** The address with its parameters filled in: `/api/customers/7`. */
export const addressOf = (path: string, id: string | number): string =>
  path.replace(':id', String(id)).replace(':subject', 'quote')
