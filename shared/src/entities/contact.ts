import { entity } from '../kernel/entity.ts'
import { day, flag, longText, option, ref, text } from '../kernel/field.ts'

export const decisionRoles = {
  decider: '决策人',
  influencer: '影响人',
  user: '使用人',
  buyer: '采购经办',
  finance: '财务',
  other: '其他',
} as const
export const calendars = { solar: '公历', lunar: '农历' } as const

export const contact = entity({
  name: 'contact',
  table: 'contacts',
  path: 'contacts',
  label: '联系人',
  scope: { via: 'customerId' },
  title: 'name',
  order: '-updatedAt',
  recycle: true,
  search: true,
  fields: {
    customerId: ref('customer', {
      label: '所属客户',
      filter: true,
      aliases: ['客户名称', '公司名称', '公司', '单位名称', '客户'],
    }),
    name: text({ label: '姓名', max: 60, filter: true, sort: 'initials', aliases: ['联系人', '联系人姓名', '名字'] }),
    isPrimary: flag({ label: '首要联系人', default: false, filter: true, aliases: ['主要联系人', '是否首要'] }),
    decisionRole: option(decisionRoles, { label: '决策角色', optional: true, filter: true, aliases: ['角色'] }),
    jobTitle: text({ label: '职务', max: 60, optional: true, aliases: ['职位', '岗位'] }),
    department: text({ label: '部门', max: 60, optional: true, aliases: ['所在部门'] }),
    mobile: text({
      label: '手机',
      max: 30,
      optional: true,
      format: 'phone',
      mask: 'phone',
      aliases: ['手机号', '手机号码', '移动电话'],
    }),
    mobile2: text({
      label: '备用手机',
      max: 30,
      optional: true,
      format: 'phone',
      mask: 'phone',
      aliases: ['手机2', '其他手机'],
    }),
    phone: text({
      label: '办公电话',
      max: 30,
      optional: true,
      format: 'phone',
      mask: 'phone',
      aliases: ['电话', '座机', '联系电话', '固定电话'],
    }),
    email: text({ label: '邮箱', max: 120, optional: true, format: 'email', aliases: ['电子邮箱', '邮件', 'email'] }),
    wechat: text({ label: '微信', max: 60, optional: true, aliases: ['微信号'] }),
    birthday: day({ label: '生日', optional: true, filter: true, aliases: ['出生日期'] }),
    birthdayCalendar: option(calendars, { label: '生日历法', default: 'solar' }),
    notes: longText({ label: '备注', max: 2000, optional: true, aliases: ['说明'] }),
  },
})
