import { auth } from './auth.ts'
import { contacts, customers, search, tags } from './customers.ts'
import { imports } from './imports.ts'
import { directory, roles, teams, users } from './org.ts'
import { audit, dictionaries, settings, tokens } from './system.ts'

/** The product's HTTP interface, by domain: routes, OpenAPI and the permission matrix are generated from it. */
export const contract = {
  auth,
  directory,
  users,
  teams,
  roles,
  customers,
  contacts,
  tags,
  search,
  dictionaries,
  settings,
  imports,
  audit,
  tokens,
}
