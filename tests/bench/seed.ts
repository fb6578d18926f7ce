import { customerColumns, contactColumns, indexContact, indexCustomer } from '@crm/server/modules/customers/derived'
import type { Store, Tx } from '@crm/server/db/store'

/** A repeatable stream of numbers (mulberry32), so that every run measures the same data. */
export function seeded(seed: number) {
  let a = seed
  const next = () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    int: (most: number) => Math.floor(next() * most),
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
  }
}

const CITIES = [
  '上海',
  '北京',
  '深圳',
  '广州',
  '杭州',
  '苏州',
  '宁波',
  '成都',
  '重庆',
  '武汉',
  '西安',
  '南京',
  '天津',
  '青岛',
  '厦门',
  '长沙',
  '合肥',
  '郑州',
  '大连',
  '佛山',
  '无锡',
  '东莞',
  '福州',
  '济南',
  '昆明',
  '沈阳',
]
const REGIONS = [
  '310115',
  '110105',
  '440305',
  '440106',
  '330106',
  '320506',
  '330206',
  '510107',
  '500112',
  '420111',
  '610113',
  '320106',
  '120116',
  '370202',
  '350203',
  '430104',
  '340104',
  '410105',
  '210202',
  '440604',
  '320206',
  '441900',
  '350102',
  '370102',
  '530102',
  '210102',
]
const CHARS = [
  ...'华中兴盛和恒瑞达通信诚远大新天宏泰安康佳美科创智联云海山河金银铁石木林森明光辉煌龙凤鸿鹏宇宙星辰东西南北春夏秋冬国民生源丰裕富贵荣昌顺利吉祥如意博学思源百川汇聚力合众友谊长青松柏',
]
const TRADES = [
  '精密机械',
  '电子科技',
  '贸易',
  '建材',
  '食品',
  '物流',
  '化工',
  '纺织',
  '医疗器械',
  '软件',
  '信息技术',
  '环保设备',
  '汽车零部件',
  '包装材料',
  '五金制品',
  '新能源',
  '生物科技',
  '自动化设备',
  '照明',
  '家具',
]
const FORMS = ['有限公司', '有限责任公司', '股份有限公司', '集团有限公司', '厂', '经营部']
const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕']
const LEVELS = ['A', 'B', 'C', 'D', null]
const STATUSES = ['potential', 'active', 'won', 'lost'] as const
const INDUSTRIES = ['C', 'F', 'I', 'G', 'E', 'L', 'M', null]
const SOURCES = ['referral', 'exhibition', 'website', 'phone', 'visit', null]

const BATCH = 500
export interface SeedSize {
  readonly customers: number
  readonly contactsEach: number
  readonly owners: readonly number[]
}

/** Fills a database with companies that look like an office's: written as the product writes them, search index included. */
export async function seedCustomers(
  store: Store,
  { customers, contactsEach, owners }: SeedSize,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const random = seeded(20261122)
  const start = Date.parse('2023-01-01T00:00:00.000Z')
  for (let done = 0; done < customers; done += BATCH) {
    await store.tx(async (tx) => {
      for (let i = done; i < Math.min(done + BATCH, customers); i++)
        await seedOne(tx, i, random, { owners, contactsEach, start })
    })
    onProgress(Math.min(done + BATCH, customers))
  }
}

async function seedOne(
  tx: Tx,
  i: number,
  random: ReturnType<typeof seeded>,
  { owners, contactsEach, start }: { owners: readonly number[]; contactsEach: number; start: number },
): Promise<void> {
  const place = random.int(CITIES.length)
  const core = Array.from({ length: 2 + random.int(3) }, () => random.pick(CHARS)).join('')
  const name = `${CITIES[place]!}${core}${random.pick(TRADES)}${random.pick(FORMS)}`
  const at = new Date(start + random.int(1_400) * 86_400_000 + random.int(86_400_000)).toISOString()
  const facts = {
    number: `KH${String(i).padStart(6, '0')}`,
    name,
    shortName: random.int(3) === 0 ? core : null,
    phone: random.int(2)
      ? `0${String(21 + random.int(70)).padStart(2, '0')}-${60_000_000 + random.int(39_999_999)}`
      : null,
    creditCode: null,
    email: null,
  }
  const columns = customerColumns(facts)
  const { id } = await tx
    .insertInto('customers')
    .values({
      ...facts,
      ...columns,
      twinNo: i,
      level: random.pick(LEVELS),
      status: random.pick(STATUSES),
      source: random.pick(SOURCES),
      industry: random.pick(INDUSTRIES),
      regionCode: REGIONS[place]!,
      address: `${CITIES[place]!}市${random.pick(CHARS)}${random.pick(CHARS)}路${1 + random.int(999)}号`,
      website: null,
      ownerId: random.pick(owners),
      creditFen: random.int(4) === 0 ? random.int(10_000_000) : null,
      terms: null,
      termsDays: null,
      notes: null,
      version: 1,
      createdAt: at,
      updatedAt: at,
      deletedAt: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await indexCustomer(tx, id, facts, columns)
  for (let k = 0; k < contactsEach; k++) {
    const person = {
      name: `${random.pick(SURNAMES)}${random.pick(CHARS)}${random.int(2) ? random.pick(CHARS) : ''}`,
      mobile: `1${3 + random.int(7)}${String(random.int(1_000_000_000)).padStart(9, '0')}`,
      email: null,
      wechat: null,
    }
    const spelt = contactColumns(person)
    const contact = await tx
      .insertInto('contacts')
      .values({
        ...person,
        ...spelt,
        customerId: id,
        isPrimary: k === 0 ? 1 : 0,
        decisionRole: null,
        jobTitle: null,
        department: null,
        mobile2: null,
        phone: null,
        birthday: null,
        birthdayCalendar: 'solar',
        notes: null,
        version: 1,
        createdAt: at,
        updatedAt: at,
        deletedAt: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await indexContact(tx, contact.id, id, person, spelt)
  }
}
