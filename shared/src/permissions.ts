/** How far a permission reaches: each contains the one before. */
export const reaches = { own: '本人', team: '本部门', subtree: '本部门及下属', all: '全部' } as const
export type Reach = keyof typeof reaches
const WIDTH: Readonly<Record<Reach, number>> = { own: 0, team: 1, subtree: 2, all: 3 }
export const widest = (a: Reach | undefined, b: Reach): Reach => (a && WIDTH[a] >= WIDTH[b] ? a : b)

/** Every permission of the product, in the order the role page shows them. */
export const permissionGroups = {
  客户: {
    'customer.read': '查看客户',
    'customer.create': '新建客户',
    'customer.update': '修改客户',
    'customer.delete': '删除与恢复客户',
    'customer.assign': '转移负责人、设协作人',
    'customer.import': '导入客户与联系人',
    'customer.export': '导出客户与联系人',
    'duplicate.override': '查重拦截时仍然保存',
    'duplicate.manage': '查看与处理查重报告',
  },
  公海: {
    'pool.claim': '查看公海、领取客户',
    'pool.release': '把客户放入公海',
    'pool.manage': '锁定客户、批准延期、预览回收',
    'pool.setup': '设置公海与规则、执行与撤销回收',
  },
  联系人: {
    'contact.read': '查看联系人',
    'contact.create': '新建联系人',
    'contact.update': '修改联系人',
    'contact.delete': '删除与恢复联系人',
  },
  跟进: {
    'interaction.read': '查看跟进记录',
    'interaction.create': '写跟进,修改、删除自己写的',
    'interaction.comment': '批示、评论跟进记录',
    'interaction.update': '修改他人写的跟进记录',
    'interaction.delete': '删除他人写的、恢复跟进记录',
  },
  提醒: {
    'reminder.read': '查看提醒',
    'reminder.create': '新建提醒',
    'reminder.update': '修改、完成、推迟提醒',
    'reminder.delete': '删除与恢复提醒',
  },
  客户反馈: {
    'feedback.read': '查看客户反馈',
    'feedback.create': '登记客户反馈',
    'feedback.update': '修改、处理客户反馈',
    'feedback.delete': '删除与恢复客户反馈',
  },
  产品: {
    'product.read': '查看产品与售价',
    'product.create': '新建产品',
    'product.update': '修改产品与价格',
    'product.delete': '删除与恢复产品',
    'product.cost': '查看与填写成本、毛利',
    'product.import': '导入产品',
  },
  报价: {
    'quote.read': '查看报价单',
    'quote.create': '新建报价单',
    'quote.update': '修改、发出报价单,登记结果',
    'quote.delete': '删除与恢复报价单',
  },
  订单: {
    'order.read': '查看订单',
    'order.create': '新建订单',
    'order.update': '修改、提交订单',
    'order.void': '作废、关闭订单',
    'order.delete': '删除与恢复订单草稿',
    'order.import': '导入订单',
    'history.import': '导入已确认、已交货的历史订单(不经信用与审批)',
  },
  交货: {
    'delivery.read': '查看交货单',
    'delivery.create': '登记交货与退货',
    'delivery.void': '作废交货单',
  },
  合同: {
    'contract.read': '查看合同',
    'contract.create': '新建合同',
    'contract.update': '修改、提交、变更合同',
    'contract.sign': '登记签订、完成、归档',
    'contract.void': '作废合同',
    'contract.delete': '删除与恢复合同草稿',
    'contract.import': '导入合同',
    'contract.template': '维护合同模板',
  },
  资金: {
    'receivable.read': '查看应收、账龄与对账单',
    'receivable.update': '设置回款计划',
    'receivable.writeOff': '核销坏账',
    'receipt.read': '查看回款',
    'receipt.create': '登记回款',
    'receipt.confirm': '确认回款、调整核销',
    'receipt.void': '作废回款',
    'receipt.import': '导入回款',
    'invoice.read': '查看发票',
    'invoice.create': '申请开票',
    'invoice.approve': '批准、开具、冲红发票',
    'expense.read': '查看费用报销',
    'expense.create': '填写、提交费用报销',
    'expense.pay': '登记报销付款',
    'credit.manage': '设置信用额度与账期',
  },
  审批: {
    'approval.setup': '设置审批流程',
  },
  文档: {
    'document.read': '查看与下载文档',
    'document.create': '上传文档',
    'document.update': '修改文件名',
    'document.delete': '删除与恢复文档',
  },
  电话号码: {
    'phone.read': '直接看到完整号码',
    'phone.reveal': '点击后显示完整号码(记入日志)',
  },
  组织: {
    'user.read': '查看操作员',
    'user.create': '新建操作员',
    'user.update': '修改、停用操作员,重置密码',
    'team.read': '查看部门',
    'team.create': '新建部门',
    'team.update': '修改部门',
    'team.delete': '删除部门',
    'role.read': '查看角色',
    'role.create': '新建角色',
    'role.update': '修改角色',
    'role.delete': '删除角色',
    'handover.manage': '离职交接',
  },
  系统: {
    'tag.manage': '维护标签',
    'dictionary.manage': '维护基础资料',
    'setting.manage': '修改公司资料与系统设置',
    'audit.read': '查看审计日志',
    'token.manage': '管理 API 令牌',
  },
} as const

type Groups = typeof permissionGroups
type KeysOf<T> = T extends unknown ? keyof T : never
export type PermissionName = KeysOf<Groups[keyof Groups]>

/** name -> label, flat: the options of a role's permissions. */
export const permissions = Object.assign({}, ...Object.values(permissionGroups)) as Readonly<
  Record<PermissionName, string>
>
export const permissionNames = Object.keys(permissions) as PermissionName[]

const starting = (...prefixes: string[]) =>
  permissionNames.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))

/** Roles a new installation starts with. The first is built in: it always holds every permission. */
export const startingRoles: readonly {
  readonly name: string
  readonly reach: Reach
  readonly note: string
  readonly permissions: readonly PermissionName[]
}[] = [
  { name: '系统管理员', reach: 'all', note: '拥有全部权限,不能修改或删除', permissions: permissionNames },
  {
    name: '部门经理',
    reach: 'subtree',
    note: '管理本部门及下属部门的客户',
    permissions: [
      ...starting('customer.', 'contact.', 'feedback.'),
      ...starting('interaction.'),
      ...starting('reminder.', 'document.'),
      ...starting('quote.', 'order.', 'delivery.', 'contract.'),
      'product.read',
      'product.cost',
      'receivable.read',
      'receivable.update',
      'receipt.read',
      'receipt.create',
      'invoice.read',
      'invoice.create',
      'expense.read',
      'expense.create',
      'pool.claim',
      'pool.release',
      'pool.manage',
      'duplicate.override',
      'duplicate.manage',
      'phone.read',
      'phone.reveal',
      'user.read',
      'team.read',
      'tag.manage',
    ],
  },
  {
    name: '业务员',
    reach: 'own',
    note: '管理自己的客户',
    permissions: [
      'customer.read',
      'customer.create',
      'customer.update',
      'pool.claim',
      'pool.release',
      'contact.read',
      'contact.create',
      'contact.update',
      'contact.delete',
      'feedback.read',
      'feedback.create',
      'feedback.update',
      'interaction.read',
      'interaction.create',
      'interaction.comment',
      ...starting('reminder.', 'document.'),
      ...starting('quote.'),
      'product.read',
      'order.read',
      'order.create',
      'order.update',
      'order.delete',
      'delivery.read',
      'delivery.create',
      'contract.read',
      'contract.create',
      'contract.update',
      'contract.delete',
      'receivable.read',
      'receivable.update',
      'receipt.read',
      'receipt.create',
      'invoice.read',
      'invoice.create',
      'expense.read',
      'expense.create',
      'phone.reveal',
    ],
  },
  {
    name: '财务',
    reach: 'all',
    note: '查看全部客户,管资金',
    permissions: [
      ...starting('receivable.', 'receipt.', 'invoice.', 'expense.'),
      'credit.manage',
      'product.read',
      'product.cost',
      'quote.read',
      'order.read',
      'delivery.read',
      'contract.read',
      'document.read',
      // 回单 come with the money.
      'document.create',
      'customer.read',
      'contact.read',
      'interaction.read',
      'interaction.comment',
      ...starting('reminder.'),
      'phone.reveal',
    ],
  },
]
