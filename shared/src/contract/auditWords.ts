import { approvalActions } from './approvals.ts'
import { entities } from '../entities/index.ts'
import type { Entity } from '../kernel/entity.ts'
import type { Field } from '../kernel/field.ts'
import type { AuditEntry } from './system.ts'

// What the audit log calls things: on its page and in the file of it.

export const recorded: Readonly<Record<string, Entity>> = entities
/** What is logged besides the entities. */
const OTHERS: Readonly<Record<string, string>> = {
  signIn: '登录',
  settings: '公司资料',
  apiToken: 'API 令牌',
  import: '导入批次',
  backup: '备份',
  approval: '审批',
  approvalFlow: '审批流程',
  bigDeals: '大额业务与折扣提醒',
  receiptRules: '回款规则',
  creditGroup: '信用集团',
  audit: '审计日志',
}
/** Everything the log may be filtered by: name -> label. */
export const subjects: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.values(recorded).map(({ name, label }) => [name, label])),
  ...OTHERS,
}
export const subjectText = (entity: string): string => subjects[entity] ?? entity

export const auditActions: Readonly<Record<string, string>> = {
  ...approvalActions,
  create: '新建',
  update: '修改',
  remove: '删除',
  restore: '恢复',
  login: '登录',
  logout: '退出登录',
  loginFailed: '登录失败',
  loginBlocked: '登录被锁定',
  passwordChanged: '修改密码',
  passwordReset: '重置密码',
  revoke: '吊销',
  reveal: '查看完整号码',
  'duplicate.override': '查重后仍然保存',
  collaborators: '设置协作人',
  sharingAsked: '申请协作',
  sharingRefused: '拒绝协作申请',
  withdraw: '撤销导入',
  attach: '保存附件',
  drop: '清除未用的附件',
  purge: '彻底删除',
  check: '检查',
  run: '导入',
  undo: '撤销',
  print: '打印',
  export: '导出',
  bulk: '批量操作',
  pool: '进出公海',
  lock: '锁定',
  unlock: '解除锁定',
  extend: '延期',
  deliveries: '设置交货规则',
  ageing: '设置账龄档',
  restate: '按交货更新状态',
  void: '作废',
  reopen: '重新打开',
  close: '关闭',
  submit: '提交',
  lines: '修改明细',
  sign: '登记签订',
  change: '提出变更',
  changed: '变更生效',
  refuseChange: '变更未通过',
  withdrawChange: '撤回变更',
  complete: '完成',
  archive: '归档',
  plan: '设置回款计划',
  allocate: '调整核销',
  confirm: '确认',
}
export const actionText = (action: string): string => auditActions[action] ?? action

const VIAS: Readonly<Record<string, string>> = {
  web: '网页',
  token: '接口',
  cli: '命令行',
  import: '导入',
  job: '定时任务',
}
export const viaText = (via: string): string => VIAS[via] ?? via

/** Labels of what is no field of an entity. */
export const auditLabels: Readonly<Record<string, string>> = {
  company: '公司名称',
  plan: '回款计划',
  allocations: '核销',
  needsConfirm: '回款须财务确认',
  overPayment: '多收的钱',
  companyAddress: '地址',
  companyPhone: '电话',
  companyTaxNumber: '税号',
  companyBank: '开户行',
  companyBankAccount: '银行账号',
  collaborators: '协作人',
  userId: '操作员',
  name: '名称',
  prefix: '令牌开头',
  scope: '权限范围',
  expiresAt: '有效期至',
  deletedAt: '删除时间',
  note: '意见',
  step: '步骤',
  toName: '对象',
  subject: '审批事项',
  minAmountFen: '从多少金额起(分)',
  steps: '步骤',
  username: '用户名',
  fileName: '文件',
  toleranceBp: '允许超交(万分之)',
  creditGroup: '所属集团',
  creditFen: '额度(分)',
  ends: '账龄档(天)',
}
const HIDDEN = new Set(['id', 'version', 'createdAt', 'updatedAt'])

export interface Change {
  readonly key: string
  readonly label: string
  readonly field: Field | undefined
  readonly before: unknown
  readonly after: unknown
}
const isEmpty = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  value === '[]'
const isSame = (a: unknown, b: unknown) => (isEmpty(a) && isEmpty(b)) || JSON.stringify(a) === JSON.stringify(b)

/** Field by field what an entry changed: of a new or removed row all it held, of an edited one what differs. */
export function changesOf({ entity, before, after }: Pick<AuditEntry, 'entity' | 'before' | 'after'>): Change[] {
  const fields = recorded[entity]?.fields ?? {}
  const order = Object.keys(fields)
  const keys = new Set([...order, ...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...keys]
    .filter((key) => !HIDDEN.has(key) && !isSame(before?.[key], after?.[key]))
    .map((key) => ({
      key,
      label: fields[key]?.label ?? auditLabels[key] ?? key,
      field: fields[key],
      before: before?.[key],
      after: after?.[key],
    }))
}
