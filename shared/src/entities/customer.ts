import { entity } from '../kernel/entity.ts'
import { dict, integer, longText, money, option, ref, text } from '../kernel/field.ts'

export const customerStatuses = { potential: '待跟进', active: '跟进中', won: '已成交', lost: '已流失' } as const
export const paymentTerms = { cash: '现结', net: '货到若干天', monthly: '月结' } as const

export const customer = entity({
  name: 'customer',
  table: 'customers',
  path: 'customers',
  label: '客户',
  scope: 'owner',
  collaborators: true,
  title: 'name',
  order: '-updatedAt',
  recycle: true,
  search: true,
  fields: {
    number: text({ label: '客户编号', max: 40, optional: true, filter: true, sort: true, aliases: ['编号', '客户代码', '客户号', '编码'], help: '留空时自动编号' }),
    name: text({ label: '客户名称', max: 100, filter: true, sort: 'initials', aliases: ['公司名称', '公司全称', '单位名称', '企业名称', '客户', '公司', '名称'] }),
    shortName: text({ label: '简称', max: 40, optional: true, aliases: ['客户简称', 'A股简称', '公司简称'] }),
    level: dict('customerLevel', { label: '客户等级', optional: true, filter: true, sort: true, aliases: ['等级', '级别', '客户级别'] }),
    status: option(customerStatuses, { label: '状态', default: 'potential', filter: true, sort: true, aliases: ['客户状态'] }),
    source: dict('customerSource', { label: '客户来源', optional: true, filter: true, aliases: ['来源'] }),
    industry: dict('industry', { label: '所属行业', optional: true, filter: true, aliases: ['行业', '类别'] }),
    regionCode: text({ label: '地区', max: 6, optional: true, format: 'region', filter: true, aliases: ['省份', '城市', '区县', '省', '市', '区', '省市区', '所在地'] }),
    address: text({ label: '地址', max: 200, optional: true, aliases: ['注册地址', '详细地址', '公司地址', '联系地址'] }),
    phone: text({ label: '电话', max: 30, optional: true, format: 'phone', mask: 'phone', aliases: ['公司电话', '联系电话', '固定电话', '座机', '电话号码'] }),
    email: text({ label: '邮箱', max: 120, optional: true, format: 'email', aliases: ['电子邮箱', '邮件', 'email'] }),
    website: text({ label: '网址', max: 200, optional: true, format: 'website', aliases: ['公司网址', '网站', '官网', '主页'] }),
    creditCode: text({ label: '统一社会信用代码', max: 30, optional: true, format: 'creditCode', filter: true, aliases: ['税号', '信用代码', '纳税人识别号', '社会信用代码'] }),
    ownerId: ref('user', { label: '负责人', optional: true, filter: true, aliases: ['业务员', '销售', '客户经理', '跟进人'] }),
    tagIds: ref('tag', { label: '标签', filter: true, many: { table: 'customerTags', parent: 'customerId', child: 'tagId' } }),
    creditFen: money({ label: '信用额度', optional: true, min: 0, filter: true, aliases: ['授信额度'], help: '留空为不限,0 为现结' }),
    terms: option(paymentTerms, { label: '结算方式', optional: true, filter: true, aliases: ['付款方式'] }),
    termsDays: integer({ label: '账期天数', optional: true, min: 0, max: 720, aliases: ['账期', '付款天数'] }),
    notes: longText({ label: '备注', max: 4000, optional: true, aliases: ['说明', '备注信息'] }),
  },
})
