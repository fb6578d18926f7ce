import { expect, it } from 'vitest'
import { thrown } from './thrown.ts'

it('错误去另一个线程:自己的内容都带上,带不走的留下', () => {
  const told = { name: 'Refusal', message: '不行', code: 'no', extra: { errors: [{ field: 'a', message: '空' }] } }
  expect(thrown(Object.assign(new Error('不行'), told))).toMatchObject(told)
  expect(thrown(new TypeError('坏了'))).toMatchObject({ name: 'TypeError', message: '坏了' })
  expect(thrown(new TypeError('坏了'))).not.toHaveProperty('code')
  const withHandle = Object.assign(new Error('不行'), { code: 'no', close: () => {} })
  expect(thrown(withHandle)).toMatchObject({ name: 'Error', message: '不行', code: 'no' })
  expect(() => structuredClone(thrown(withHandle))).not.toThrow()
})
