import { countText } from '../../core/display'
import { confirm } from '../../core/confirm'
import type { useLineProducts } from '../../core/lineProducts'
import { pricesOfAnother } from './linePrices'
import type { LineValue } from './lineValues'

interface Given {
  readonly customerId: () => number | null
  readonly lines: { readonly value: readonly LineValue[] }
  readonly source: ReturnType<typeof useLineProducts>
}

/** The document is for another customer: lines that cost them something else follow, once somebody said so. */
export function useRepricing({ customerId, lines, source }: Given) {
  return async (former: number | null): Promise<void> => {
    const buyer = customerId()
    if (buyer === null) return
    const changes = await pricesOfAnother(
      lines.value,
      (productId, qtyMilli) => source.priceOf(productId, qtyMilli, former),
      (productId, qtyMilli) => source.priceOf(productId, qtyMilli, buyer),
    )
    if (changes.length === 0 || customerId() !== buyer) return
    const isWanted = await confirm({
      title: '单价改按新客户的价格?',
      detail: `${countText(changes.length)} 行产品对新客户的价格不同。手工填写的单价不变。`,
      yes: '更新单价',
      no: '保留原价',
    })
    if (isWanted && customerId() === buyer) for (const { line, priceFen } of changes) line.priceFen = priceFen
  }
}
