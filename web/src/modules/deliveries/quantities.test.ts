import type { OrderLine } from '@crm/shared/contract/orders'
import { describe, expect, it } from 'vitest'
import { movableLines, presetOf, withQuantity } from './quantities'

const line = (id: number, qtyMilli: number, deliveredMilli = 0, returnedMilli = 0) =>
  ({ id, qtyMilli, deliveredMilli, returnedMilli }) as OrderLine
const lines = [line(1, 5_000), line(2, 3_000, 3_000), line(3, 4_000, 3_000, 1_000)]

describe('登记交货的数量', () => {
  it('从订单来的预填全部未交;从看板来的只填那一行;退货从空的开始', () => {
    expect(presetOf({ lines }, 'delivery', null)).toEqual([
      { orderLineId: 1, qtyMilli: 5_000 },
      { orderLineId: 3, qtyMilli: 2_000 },
    ])
    expect(presetOf({ lines }, 'delivery', 3)).toEqual([{ orderLineId: 3, qtyMilli: 2_000 }])
    expect(presetOf({ lines }, 'return', null)).toEqual([])
  })

  it('交货列出没交齐的,退货列出客户手里有的', () => {
    expect(movableLines({ lines }, 'delivery').map(({ id }) => id)).toEqual([1, 3])
    expect(movableLines({ lines }, 'return').map(({ id }) => id)).toEqual([2, 3])
  })

  it('清空的行不交,顺序同订单', () => {
    const chosen = withQuantity(lines, presetOf({ lines }, 'delivery', 3), 1, 1_500)
    expect(chosen).toEqual([
      { orderLineId: 1, qtyMilli: 1_500 },
      { orderLineId: 3, qtyMilli: 2_000 },
    ])
    expect(withQuantity(lines, chosen, 3, null)).toEqual([{ orderLineId: 1, qtyMilli: 1_500 }])
  })
})
