import type { TestApp } from './app.ts'

/** number, name, short name: as the exchanges list them. */
export const companies = [
  ['600132', '重庆啤酒股份有限公司', '重庆啤酒'],
  ['601318', '中国平安保险(集团)股份有限公司', '中国平安'],
  ['000001', '平安银行股份有限公司', '平安银行'],
  ['000002', '万科企业股份有限公司', '万  科Ａ'],
  ['600036', '招商银行股份有限公司', '招商银行'],
  ['000625', '重庆长安汽车股份有限公司', '长安汽车'],
  ['600755', '厦门国贸集团股份有限公司', '厦门国贸'],
  ['300003', '乐普(北京)医疗器械股份有限公司', '乐普医疗'],
  ['601398', '中国工商银行股份有限公司', '工商银行'],
  ['002594', '比亚迪股份有限公司', '比亚迪'],
  ['600519', '贵州茅台酒股份有限公司', '贵州茅台'],
  ['000858', '宜宾五粮液股份有限公司', '五 粮 液'],
] as const

/** Makes them, 平安银行 with everything it can be found by and two contacts. number -> id */
export async function makeCompanies(app: TestApp): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>()
  for (const [number, name, shortName] of companies)
    ids.set(number, (await app.make.customer({ number, name, shortName })).id)
  const pingan = ids.get('000001')!
  await app.as('admin').patch(`/api/customers/${pingan}`, {
    version: 1,
    creditCode: '914403001922038216',
    phone: '0755-8208 8888',
    email: 'PAB_db@pingan.com.cn',
  })
  const people = [
    { name: '欧阳静', mobile: '13812345678', wechat: 'ouyang_j', email: 'ouyang@pingan.com.cn' },
    { name: '曾国强', mobile: '13912345670' },
  ]
  for (const person of people) await app.make.contact({ customerId: pingan, ...person })
  return ids
}
