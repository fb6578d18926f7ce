import { expect, it } from 'vitest'
import { thrown } from '../db/thrown.ts'
import { asThrown, invalidField, ProblemError, stale } from './problem.ts'

/** As it arrives from another thread. */
const crossed = (error: Error) => asThrown(Object.assign(new Error(error.message), structuredClone(thrown(error))))

it('另一个线程里的拒绝,回来还是原来的拒绝:状态、代码、字段、现在的内容', () => {
  const refused = crossed(invalidField('otherId', '请选择另一条客户')) as ProblemError
  expect(refused).toBeInstanceOf(ProblemError)
  expect([refused.status, refused.code, refused.message]).toEqual([400, 'invalid_input', '请选择另一条客户'])
  expect(refused.extra).toEqual({ errors: [{ field: 'otherId', message: '请选择另一条客户' }] })
  const current = { id: 1, version: 2, tagIds: [3] }
  expect(crossed(stale('客户', current))).toMatchObject({ status: 409, extra: { current } })
})

it('别的错误不冒充拒绝', () => {
  const broken = Object.assign(new Error('坏了'), { code: 'SQLITE_CORRUPT' })
  expect(crossed(broken)).not.toBeInstanceOf(ProblemError)
  expect(asThrown(broken)).toBe(broken)
  expect(crossed(Object.assign(new Error('x'), { name: 'ProblemError', code: 'never_heard' }))).not.toBeInstanceOf(
    ProblemError,
  )
})
