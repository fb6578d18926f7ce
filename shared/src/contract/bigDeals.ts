import { endpoint } from '../kernel/endpoint.ts'
import { money, rate, ref } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'

/** From when on the managers of a business's owner hear of it. */
export interface BigDealRule {
  /** null: everybody for whom no nearer team has a rule. */
  readonly teamId: number | null
  /** 大额: this amount or more; null: never told. */
  readonly amountFen: number | null
  /** 折扣: more off than this; null: never told. */
  readonly discountBp: number | null
}
const MOST_RULES = 200

export const bigDeals = {
  rules: endpoint<{ items: BigDealRule[] }>()('GET', '/api/settings/big-deals', 'signedIn', {
    summary: '大额业务与折扣提醒的规则',
  }),
  replace: endpoint<{ items: BigDealRule[] }>()('PUT', '/api/settings/big-deals', 'setting.manage', {
    summary: '设置大额业务与折扣提醒',
    body: {
      items: list(
        group(
          {
            teamId: ref('team', { label: '部门', optional: true }),
            amountFen: money({ label: '大额金额', min: 1, optional: true }),
            discountBp: rate({ label: '折扣超过', min: 0, max: 10_000, optional: true }),
          },
          { label: '规则' },
        ),
        { label: '规则', max: MOST_RULES },
      ),
    },
  }),
}
