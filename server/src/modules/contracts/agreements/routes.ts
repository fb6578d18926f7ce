import { contracts as api } from '@crm/shared/contract/contracts'
import type { Router } from '../../../core/http/bind.ts'
import type { Followers } from '../followers.ts'
import { proposeChange, withdrawChange } from './changes.ts'
import {
  contracts,
  createContract,
  detailOf,
  findContract,
  listContracts,
  removeContract,
  updateContract,
} from './contracts.ts'
import {
  archiveContract,
  completeContract,
  signContract,
  submitContract,
  voidContract,
  withdrawContract,
} from './moves.ts'
import { contractTemplates, contractText, fillFromTemplate } from './text.ts'

export const contractRoutes =
  (followers: Followers) =>
  ({ read, write }: Router): void => {
    read(api.list, (db, { actor, query, heavy }) => listContracts(db, actor, query, { heavy }))
    read(api.get, (db, { actor, params }) => findContract(db, actor, params.id))
    read(api.text, (db, { actor, params }) => contractText(db, actor, params.id))
    write(api.create, (tx, { actor, body }) => createContract(tx, actor, body))
    write(api.update, (tx, { actor, params, body }) => updateContract(tx, actor, params.id, body))
    write(api.remove, (tx, { actor, params, query }) => removeContract(tx, actor, params.id, query.version))
    write(api.restore, async (tx, { actor, params }) =>
      detailOf(tx, actor, await contracts.restore(tx, actor, params.id)),
    )
    write(api.submit, (tx, { actor, params, body }) => submitContract(tx, actor, params.id, body.version))
    write(api.withdraw, (tx, { actor, params, body }) => withdrawContract(tx, actor, params.id, body.version))
    write(api.sign, (tx, { actor, params, body }) => signContract(tx, actor, params.id, body, followers))
    write(api.change, (tx, { actor, params, body }) => proposeChange(tx, actor, params.id, body as never, followers))
    write(api.withdrawChange, (tx, { actor, params, body }) => withdrawChange(tx, actor, params.id, body.version))
    write(api.complete, (tx, { actor, params, body }) => completeContract(tx, actor, params.id, body.version))
    write(api.archive, (tx, { actor, params, body }) => archiveContract(tx, actor, params.id, body.version))
    write(api.void, (tx, { actor, params, body }) => voidContract(tx, actor, params.id, body, followers))
    write(api.fill, (tx, { actor, params, body }) => fillFromTemplate(tx, actor, params.id, body))

    const { templates } = api
    read(templates.list, (db, { actor, query }) => contractTemplates.list(db, actor, query))
    read(templates.get, (db, { actor, params }) => contractTemplates.find(db, actor, params.id))
    write(templates.create, (tx, { actor, body }) => contractTemplates.create(tx, actor, body))
    write(templates.update, (tx, { actor, params, body }) => contractTemplates.update(tx, actor, params.id, body))
    write(templates.remove, async (tx, { actor, params, query }) => {
      await contractTemplates.remove(tx, actor, params.id, query.version)
      return null
    })
    write(templates.restore, (tx, { actor, params }) => contractTemplates.restore(tx, actor, params.id))
  }
