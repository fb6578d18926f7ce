import type { ImportEntity } from '@crm/shared/contract/imports'

/** How a row of the template begins that shows how a row is filled: it is never imported. */
export const EXAMPLE = '示例:'

type Row = Readonly<Record<string, string>>
const COMPANY = `${EXAMPLE}深圳恒达电子有限公司`
const CUSTOMER: Row = {
  name: COMPANY,
  number: 'KH-0001',
  shortName: '恒达电子',
  status: '跟进中',
  regionCode: '广东省深圳市南山区',
  address: '科技园北区 6 栋',
  phone: '0755-26509999',
  email: 'office@example.com',
  website: 'www.example.com',
  creditFen: '50000.00',
  terms: '货到若干天',
  termsDays: '30',
}
const ORDER: Row = { number: 'DD-0001', customerId: COMPANY, orderedOn: '2026-01-05', state: '草稿' }

/** Filled rows of each template, by field. */
export const examples: Readonly<Record<ImportEntity, readonly Row[]>> = {
  customer: [CUSTOMER],
  customerContact: [
    {
      ...CUSTOMER,
      contactName: '张三',
      contactPrimary: '是',
      contactRole: '决策人',
      contactJobTitle: '采购经理',
      contactDepartment: '采购部',
      contactMobile: '13800000001',
      contactPhone: '0755-26509998',
      contactEmail: 'zhang@example.com',
      contactWechat: 'zhangsan',
      contactBirthday: '1985-06-01',
    },
    { name: COMPANY, contactName: '李四', contactRole: '财务', contactJobTitle: '会计', contactMobile: '13800000002' },
    { name: `${EXAMPLE}广州没有联系人的公司`, number: 'KH-0002', phone: '020-88887777' },
  ],
  contact: [
    { customerId: COMPANY, name: '张三', isPrimary: '是', jobTitle: '采购经理', mobile: '13800000001' },
    { customerId: COMPANY, name: '李四', isPrimary: '否', jobTitle: '会计', mobile: '13800000002' },
  ],
  product: [
    { name: `${EXAMPLE}深沟球轴承`, number: 'CP-0001', spec: '6204', unit: '个', priceFen: '12.50', taxRateBp: '13%' },
  ],
  contract: [
    {
      number: 'HT-0001',
      title: '年度供货合同',
      customerId: COMPANY,
      amountFen: '120000.00',
      signedOn: '2026-01-05',
      startOn: '2026-01-05',
      endOn: '2026-12-31',
    },
  ],
  order: [
    { ...ORDER, name: '深沟球轴承', spec: '6204', qtyMilli: '100', priceFen: '12.50', taxRateBp: '13%' },
    { ...ORDER, name: '运费', qtyMilli: '1', priceFen: '80.00', taxRateBp: '6%' },
  ],
  receipt: [
    { customerId: COMPANY, amountFen: '1330.00', receivedOn: '2026-01-20', method: '银行转账', orderId: 'DD-0001' },
  ],
}
