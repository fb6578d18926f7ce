import { approvals as api, type ApprovalSubjectName } from '@crm/shared/contract/approvals'
import type { Router } from '../../../core/http/bind.ts'
import { approve, forward, reject, withdraw } from './decide.ts'
import { allFlows, flowOf, rolesToChoose, setFlow } from './flows.ts'
import { listApprovals, readApproval } from './queries.ts'
import type { Subjects } from './subject.ts'

/** `subjects`: what may be asked about, and what follows. */
export const approvalRoutes =
  (subjects: Subjects) =>
  ({ read, write }: Router): void => {
    read(api.list, (db, { actor, query }) => listApprovals(db, actor, query))
    read(api.get, (db, { actor, params }) => readApproval(db, actor, subjects, params.id))
    write(api.approve, async (tx, { actor, body, params }) => {
      await approve(tx, actor, subjects, params.id, body.note)
      return readApproval(tx, actor, subjects, params.id)
    })
    write(api.reject, async (tx, { actor, body, params }) => {
      await reject(tx, actor, subjects, params.id, body.reason)
      return readApproval(tx, actor, subjects, params.id)
    })
    write(api.withdraw, async (tx, { actor, body, params }) => {
      await withdraw(tx, actor, subjects, params.id, body.note)
      return readApproval(tx, actor, subjects, params.id)
    })
    write(api.forward, async (tx, { actor, body, params }) => {
      await forward(tx, actor, params.id, body)
      return readApproval(tx, actor, subjects, params.id)
    })
    read(api.flows, async (db) => ({ items: await allFlows(db), roles: await rolesToChoose(db) }))
    read(api.flow, (db, { params }) => flowOf(db, params.subject as ApprovalSubjectName))
    write(api.setFlow, (tx, { actor, body, params }) => setFlow(tx, actor, params.subject as ApprovalSubjectName, body))
  }
