import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { breathing, takingTurns } from './turns.ts'

const busy = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until;);
}

it('同时到的请求轮流来:一个费时的之后,别的先让一让,次序不变', async () => {
  const turn = takingTurns()
  const order: string[] = []
  const request = async (name: string, ms: number) => {
    await turn()
    busy(ms)
    order.push(name)
  }
  setImmediate(() => order.push('别人的事'))
  await request('一', 20)
  await Promise.all([request('二', 20), request('三', 0)])
  expect(order).toEqual(['一', '别人的事', '二', '三'])
})

it('短的请求不让,一圈里就答完', async () => {
  const turn = takingTurns()
  let answered = 0
  const request = async () => {
    await turn()
    answered++
  }
  const others = nextTurn().then(() => answered)
  await Promise.all([request(), request(), request()])
  expect(await others).toBe(3)
})

it('让过之后照常继续,谁也不落下', async () => {
  const turn = takingTurns()
  let answered = 0
  const request = async () => {
    await turn()
    busy(4)
    answered++
  }
  await Promise.all(Array.from({ length: 15 }, request))
  await Promise.all(Array.from({ length: 15 }, request))
  await request()
  expect(answered).toBe(31)
})

it('由许多查询拼成的答复,久了中途让一让;短的不让', async () => {
  const breathe = breathing()
  expect(breathe()).toBeUndefined()
  busy(20)
  let others = 0
  setImmediate(() => others++)
  await breathe()
  expect(others).toBe(1)
  expect(breathe()).toBeUndefined()
})

it('几个答复同时让过,一圈只有一个继续,谁也不落下', async () => {
  let round = 0
  let isDone = false
  const count = () => {
    round++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const rounds: number[] = []
  const answer = async () => {
    const breathe = breathing()
    busy(20)
    await breathe()
    rounds.push(round)
  }
  await Promise.all([answer(), answer(), answer()])
  isDone = true
  expect(rounds).toHaveLength(3)
  expect(new Set(rounds).size).toBe(3)
})
