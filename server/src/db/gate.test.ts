import { expect, it } from 'vitest'
import { gate } from './gate.ts'
import { BusyError } from './store.ts'

it('先来先进,同时在里面的不超过名额', async () => {
  const { enter } = gate(2, 1_000)
  const order: number[] = []
  let inside = 0
  let most = 0
  const visit = async (n: number) => {
    const leave = await enter()
    order.push(n)
    most = Math.max(most, ++inside)
    await new Promise((done) => setTimeout(done, 5))
    inside--
    leave()
    leave()
  }
  await Promise.all([1, 2, 3, 4, 5, 6].map(visit))
  expect(order).toEqual([1, 2, 3, 4, 5, 6])
  expect(most).toBe(2)
})

it('等得太久的人被请走,不占后面人的名额', async () => {
  const { enter } = gate(1, 20)
  const leave = await enter()
  await expect(enter()).rejects.toBeInstanceOf(BusyError)
  leave()
  ;(await enter())()
})
