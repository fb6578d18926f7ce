import { search as api } from '@crm/shared/contract/customers'
import type { Router } from '../core/http/bind.ts'
import { invalidField } from '../core/problem.ts'
import { findByPhone, searchAll } from './customers/service.ts'
import { recordsFor } from './searchRecords.ts'

/** The box at the top: customers, people and documents; a telephone number finds who has it. */
export function searchRoutes({ read }: Router): void {
  read(api.all, async (db, { actor, query: { phone, q } }) => {
    if ((q === undefined) === (phone === undefined)) throw invalidField('q', '请给出搜索或电话其中之一')
    if (phone !== undefined) return { ...(await findByPhone(db, actor, phone)), records: [] }
    return { ...(await searchAll(db, actor, q!)), records: await recordsFor(db, actor, q!) }
  })
}
