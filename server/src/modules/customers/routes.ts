import * as api from '@crm/shared/contract/customers'
import { tag } from '@crm/shared/entities/base'
import { contact } from '@crm/shared/entities/contact'
import type { Router } from '../../core/http/bind.ts'
import type { ModuleDeps } from '../../core/http/module.ts'
import { containing } from '../../core/rows/wordSearch.ts'
import * as service from './service.ts'

const { contacts, customers, tags } = service

export function customerRoutes({ read, write }: Router, { zone }: Pick<ModuleDeps, 'zone'>): void {
  read(api.customers.list, (db, { actor, query, heavy }) => service.listCustomers(db, actor, query, { heavy, zone }))
  read(api.customers.get, (db, { actor, params }) => customers.find(db, actor, params.id))
  write(api.customers.create, (tx, { actor, body }) => service.createCustomer(tx, actor, body))
  write(api.customers.update, (tx, { actor, params, body }) => service.updateCustomer(tx, actor, params.id, body))
  write(api.customers.remove, (tx, { actor, params, query }) =>
    service.removeCustomer(tx, actor, params.id, query.version),
  )
  write(api.customers.restore, (tx, { actor, params }) => service.restoreCustomer(tx, actor, params.id, zone))
  read(api.customers.check, async (db, { actor, body: { exceptId = null, phone, ...suspect } }) => {
    // Leaving out a row one cannot see would tell which id carries the name.
    if (exceptId !== null) await customers.reach(db, actor, exceptId, 'customer.read')
    return { matches: await service.findDuplicates(db, actor, { ...suspect, phones: [phone] }, exceptId) }
  })
  write(api.customers.reveal, (tx, { actor, params, body }) =>
    service.reveal(tx, actor, customers, params.id, body.field),
  )
  write(api.customers.transfer, (tx, { actor, params, body }) => service.transferCustomer(tx, actor, params.id, body))
  read(api.customers.collaborators, (db, { actor, params }) => service.collaboratorsOf(db, actor, params.id))
  write(api.customers.setCollaborators, (tx, { actor, params, body }) =>
    service.setCollaborators(tx, actor, params.id, body.items),
  )
  read(api.customers.history, (db, { actor, params }) => service.historyOf(db, actor, params.id))

  read(api.contacts.list, (db, { actor, query, heavy }) =>
    contacts.list(db, actor, query, { heavy, ...service.searching(db, actor, contact, query.q) }),
  )
  read(api.contacts.get, (db, { actor, params }) => contacts.find(db, actor, params.id))
  write(api.contacts.create, (tx, { actor, body }) => service.createContact(tx, actor, body))
  write(api.contacts.update, (tx, { actor, params, body }) => service.updateContact(tx, actor, params.id, body))
  write(api.contacts.remove, (tx, { actor, params, query }) =>
    service.removeContact(tx, actor, params.id, query.version),
  )
  write(api.contacts.restore, (tx, { actor, params }) => service.restoreContact(tx, actor, params.id))
  write(api.contacts.reveal, (tx, { actor, params, body }) =>
    service.reveal(tx, actor, contacts, params.id, body.field),
  )

  read(api.tags.list, (db, { actor, query, heavy }) =>
    tags.list(db, actor, query, { heavy, where: containing(tag, ['name'], query.q) }),
  )
  read(api.tags.get, (db, { actor, params }) => tags.find(db, actor, params.id))
  write(api.tags.create, (tx, { actor, body }) => tags.create(tx, actor, body))
  write(api.tags.update, (tx, { actor, params, body }) => tags.update(tx, actor, params.id, body))
  write(api.tags.remove, (tx, { actor, params, query }) => service.removeTag(tx, actor, params.id, query.version))
  write(api.tags.restore, (tx, { actor, params }) => tags.restore(tx, actor, params.id))
}
