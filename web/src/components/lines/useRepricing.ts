import { parseDay } from '@crm/shared/days'
import { confirm } from '../../core/confirm'
import { countText } from '../../core/display/display'
import type { LinesCase, useLineProducts } from '../../core/choices/lineProducts'
import { otherPrices } from './linePrices'
import type { LineValue } from './lineValues'

interface Given {
  /** For whom and when the document is. */
  readonly current: () => LinesCase
  readonly lines: { readonly value: readonly LineValue[] }
  readonly source: ReturnType<typeof useLineProducts>
}
const isSame = (a: LinesCase, b: LinesCase) => a.customerId === b.customerId && a.on === b.on

/** The document is for another customer or day: lines that cost something else then follow, once somebody said so. */
export function useRepricing({ current, lines, source }: Given) {
  /** Whose prices the lines have. */
  let former = current()
  return async (): Promise<void> => {
    const now = current()
    // Without a customer or a day nothing is asked: what comes next is compared with what was before.
    if (now.customerId === null || !parseDay(now.on ?? '') || isSame(now, former)) return
    const changes = await otherPrices(lines.value, (items) => source.pricesOf(items, [former, now]))
    if (!isSame(current(), now)) return
    const isOthers = now.customerId !== former.customerId
    former = now
    if (changes.length === 0) return
    const isWanted = await confirm({
      title: isOthers ? '单价改按新客户的价格?' : '单价改按新日期的价格?',
      detail: `${countText(changes.length)} 行产品${isOthers ? '对新客户' : `在 ${now.on} `}的价格不同。手工填写的单价不变。`,
      yes: '更新单价',
      no: '保留原价',
    })
    if (isWanted && isSame(current(), now)) for (const { line, priceFen } of changes) line.priceFen = priceFen
  }
}
