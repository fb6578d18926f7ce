import type { NoticeKind } from '@crm/shared/notices'

/** Short, beside a notice; the settings say it in full. */
export const kindWords: Readonly<Record<NoticeKind, string>> = {
  reminder: '提醒',
  mention: '批示',
  assigned: '客户转交',
  sharing: '协作申请',
  pool: '公海',
  inactive: '久未跟进',
  feedback: '客户反馈',
  contract: '合同',
  delivery: '交货',
  approval: '审批',
  bigDeal: '大额业务',
  discount: '折扣',
  dunning: '应收',
  announcement: '公告',
  export: '导出',
  system: '系统',
}
