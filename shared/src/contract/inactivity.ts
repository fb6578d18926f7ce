import { endpoint } from '../kernel/endpoint.ts'
import { dict, integer, ref } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'

/** Who hears of a customer nobody follows up: the steps, in the order they are taken. */
export const silenceSteps = { owner: '负责人', manager: '经理', director: '上级经理' } as const
export type SilenceStep = keyof typeof silenceSteps

/** Without a follow-up for `ownerDays` the owner hears of it; so many days later again his manager, and the one above. */
export interface SilenceRule {
  /** null: everybody for whom no nearer team has a rule. */
  readonly teamId: number | null
  /** null: every level without a rule of its own. */
  readonly level: string | null
  readonly ownerDays: number
  /** Days after the owner was told; null: never. */
  readonly managerDays: number | null
  readonly directorDays: number | null
}
const MOST_RULES = 200

export const inactivity = {
  rules: endpoint<{ items: SilenceRule[] }>()('GET', '/api/settings/inactivity', 'signedIn', {
    summary: '久未跟进的规则',
  }),
  replace: endpoint<{ items: SilenceRule[] }>()('PUT', '/api/settings/inactivity', 'setting.manage', {
    summary: '设置久未跟进的规则',
    body: {
      items: list(
        group(
          {
            teamId: ref('team', { label: '部门', optional: true }),
            level: dict('customerLevel', { label: '客户等级', optional: true }),
            ownerDays: integer({ label: '几天未跟进提醒负责人', min: 1, max: 365 }),
            managerDays: integer({ label: '再过几天上报经理', min: 0, max: 365, optional: true }),
            directorDays: integer({ label: '再过几天上报上级经理', min: 0, max: 365, optional: true }),
          },
          { label: '规则' },
        ),
        { label: '规则', max: MOST_RULES },
      ),
    },
  }),
}
