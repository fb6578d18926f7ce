import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'

export const routes: RouteRecordRaw[] = [
  {
    path: '/approvals',
    component: () => import('./ApprovalsPage.vue'),
    // On a phone 工作台 and the bell lead here.
    meta: { title: '审批', menu: { group: '工作', icon: 'approval', order: 6 } },
  },
]
export const commands: readonly Command[] = [{ label: '打开审批', to: '/approvals' }]
/** Places of this module under 系统设置. */
export const settings: RouteRecordRaw[] = [
  {
    path: '/settings/approvals',
    component: () => import('./FlowsPage.vue'),
    meta: {
      title: '审批流程',
      permission: 'approval.setup',
      settings: { label: '审批流程', order: 38, words: '会签 或签 依次 审批人 合同 订单 报价 报销 额度' },
    },
  },
  {
    path: '/settings/big-deals',
    component: () => import('./BigDealsPage.vue'),
    meta: {
      title: '大额与折扣提醒',
      permission: 'setting.manage',
      settings: { label: '大额与折扣提醒', order: 39, words: '大额业务 折扣 经理 提醒规则' },
    },
  },
]
