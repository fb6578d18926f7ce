/** What the product tells people about, and how the switches of 个人设置 call it. */
export const noticeKinds = {
  reminder: '提醒到期',
  mention: '批示与提到我的',
  assigned: '客户转给我、收回',
  sharing: '协作申请与答复',
  pool: '公海:领取、回收预警',
  inactive: '久未跟进上报',
  feedback: '客户反馈',
  contract: '合同到期',
  delivery: '交货提醒',
  approval: '审批',
  bigDeal: '大额业务',
  discount: '折扣提醒',
  dunning: '应收到期与逾期',
  announcement: '公告',
  export: '导出完成',
  system: '系统',
} as const
export type NoticeKind = keyof typeof noticeKinds
