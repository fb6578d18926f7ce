import { describe, expect, it } from 'vitest'
import { keyMatcher, strokeOf, strokesOf } from './keys'

const noop = () => {}
const list = ['N', 'G C', 'G F', 'Ctrl+K', '?', 'C'].map((keys) => ({ keys, run: noop }))
const bare = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
function typing(isEditing = false) {
  const match = keyMatcher()
  let nowMs = 0
  return (stroke: string, afterMs = 100) => match(stroke, list, { isEditing, nowMs: (nowMs += afterMs) })?.keys ?? null
}

describe('快捷键', () => {
  it('按实体键识别,与输入法和大小写无关', () => {
    expect(strokeOf({ ...bare, code: 'KeyN' })).toBe('KeyN')
    expect(strokeOf({ ...bare, code: 'KeyK', metaKey: true })).toBe(strokesOf('Ctrl+K')[0])
    expect(strokesOf('?')).toEqual(['shift+Slash'])
    expect(strokesOf('Alt+1')).toEqual(['alt+Digit1'])
  })
  it('G 之后按 C 打开客户,单独的 C 是另一个', () => {
    const press = typing()
    expect(press('KeyG')).toBeNull()
    expect(press('KeyC')).toBe('G C')
    expect(press('KeyC')).toBe('C')
  })
  it('G 之后停顿太久就不算了', () => {
    const press = typing()
    press('KeyG')
    expect(press('KeyC', 1300)).toBe('C')
  })
  it('G 之后按了别的,那个键照常生效', () => {
    const press = typing()
    press('KeyG')
    expect(press('KeyN')).toBe('N')
  })
  it('正在打字时字母不触发,Ctrl+K 仍然有效', () => {
    const press = typing(true)
    expect(press('KeyN')).toBeNull()
    expect(press('ctrl+KeyK')).toBe('Ctrl+K')
  })
  it('页面自己的键盖过外壳的同一个键', () => {
    const mine = { keys: 'N', run: noop }
    expect(keyMatcher()('KeyN', [...list, mine], { isEditing: false, nowMs: 0 })).toBe(mine)
  })
})
