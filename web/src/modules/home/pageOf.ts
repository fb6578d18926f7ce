import type { HomeLink } from '@crm/shared/contract/home'

/** The address of the rows behind a number. */
export const pageOf = ({ also, page, query }: HomeLink) => ({ path: page, query: { ...query, ...also } })
