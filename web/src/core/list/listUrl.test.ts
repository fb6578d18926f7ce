import { describe, expect, it } from 'vitest'
import { customer } from '@crm/shared/entities/customer'
import { listSpec, parseQuery } from '@crm/shared/kernel/query'
import { effectiveSort, listQuery, listUrl, parseListUrl } from './listUrl'

const spec = listSpec(customer)
const defaults = { size: 50, sort: '-updatedAt' }
const read = (query: Record<string, string>) => parseListUrl(query, spec, defaults)

describe('列表状态与网址', () => {
  it('地址里什么都没有就是默认列表', () => {
    expect(read({})).toEqual({ page: 1, size: 50, sort: '-updatedAt', q: '', filters: {} })
  })
  it('把地址发给同事,读出同样的条件、排序和页码', () => {
    const state = {
      page: 3,
      size: 20,
      sort: 'name',
      q: '平安',
      filters: { status: 'won,lost', ownerId: '12,none', creditFenFrom: '100' },
    }
    expect(read(listUrl(state, spec, defaults))).toEqual(state)
  })
  it('默认值不写进地址,别人的参数留着', () => {
    expect(listUrl(read({}), spec, defaults, { new: '1', page: '9', status: 'won' })).toEqual({ new: '1' })
  })
  it('取消排序写成空,不会变回默认排序', () => {
    expect(read(listUrl({ ...read({}), sort: '' }, spec, defaults)).sort).toBe('')
  })
  it('手改出来的页码和行数不算数', () => {
    for (const page of ['0', '-1', '1e3', '01', 'abc']) expect(read({ page }).page).toBe(1)
    expect(read({ size: '999' }).size).toBe(50)
    expect(read({ page: '99999' }).page).toBe(200)
  })
  it('不认识的参数不当作条件', () => {
    expect(read({ color: 'red', status: '' }).filters).toEqual({})
  })
  it('问服务器的参数全是接口认识的', () => {
    const asked = listQuery(read({ q: ' 平安 ', status: 'won', page: '2' }))
    expect(asked).toMatchObject({ q: '平安', status: 'won', page: 2 })
    const raw = Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, String(value)]))
    expect(parseQuery(spec, raw).ok).toBe(true)
  })
  it('搜索时最像的在前,除非另选了排序', () => {
    expect(effectiveSort(read({ q: '平安' }), defaults)).toBe('')
    expect(effectiveSort(read({ q: '平安', sort: 'name' }), defaults)).toBe('name')
    expect(effectiveSort(read({}), defaults)).toBe('-updatedAt')
  })
})
