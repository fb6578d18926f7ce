import { entity } from '../kernel/entity.ts'
import { day, dict, flag, instant, integer, longText, money, option, ref, text } from '../kernel/field.ts'
import { paymentTerms } from './customer.ts'

export const contractStates = {
  draft: '草稿',
  approving: '审批中',
  pending: '待签',
  active: '履行中',
  completed: '已完成',
  archived: '已归档',
  void: '已作废',
} as const
export type ContractState = keyof typeof contractStates

/** 合同. The row is the version in force; a change in approval waits in contractRevisions, so each contract counts once. */
export const contract = entity({
  name: 'contract',
  table: 'contracts',
  path: 'contracts',
  label: '合同',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'title',
  order: '-updatedAt',
  recycle: true,
  fields: {
    number: text({ label: '合同号', max: 40, readonly: true, filter: true, sort: true, aliases: ['合同编号'] }),
    title: text({ label: '合同名称', max: 120, filter: true, aliases: ['名称', '标题'] }),
    type: dict('contractType', { label: '合同类型', optional: true, filter: true, aliases: ['类型'] }),
    customerId: ref('customer', { label: '客户', filter: true, aliases: ['客户名称', '甲方'] }),
    contactId: ref('contact', { label: '联系人', optional: true }),
    ownerId: ref('user', { label: '业务员', optional: true, filter: true, aliases: ['负责人', '签约人'] }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    state: option(contractStates, { label: '状态', readonly: true, filter: true }),
    revision: integer({ label: '版次', readonly: true }),
    amountFen: money({ label: '合同金额', min: 0, filter: true, sort: true, aliases: ['金额', '合同额', '总金额'] }),
    signedOn: day({ label: '签订日期', optional: true, filter: true, sort: true, aliases: ['签约日期', '签订时间'] }),
    startOn: day({ label: '开始日期', optional: true, filter: true, sort: true, aliases: ['生效日期'] }),
    endOn: day({ label: '结束日期', optional: true, filter: true, sort: true, aliases: ['到期日期', '截止日期'] }),
    terms: option(paymentTerms, { label: '结算方式', optional: true }),
    termsDays: integer({ label: '账期天数', optional: true, min: 0, max: 720 }),
    ourSigner: text({ label: '我方签约人', max: 60, optional: true }),
    theirSigner: text({ label: '对方签约人', max: 60, optional: true }),
    body: longText({ label: '合同正文', max: 60_000, optional: true, noImport: true }),
    voidReason: text({ label: '作废原因', max: 200, optional: true, readonly: true }),
    completedAt: instant({ label: '完成时间', optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 4000, optional: true }),
  },
})

/** 合同模板: a text with {{placeholders}}. */
export const contractTemplate = entity({
  name: 'contractTemplate',
  table: 'contractTemplates',
  path: 'contract-templates',
  label: '合同模板',
  scope: 'everyone',
  title: 'name',
  order: 'name',
  recycle: true,
  fields: {
    name: text({ label: '模板名称', max: 60, filter: true, sort: true }),
    type: dict('contractType', { label: '合同类型', optional: true, filter: true }),
    body: longText({ label: '正文', max: 60_000 }),
    active: flag({ label: '启用', default: true, filter: true }),
  },
})
