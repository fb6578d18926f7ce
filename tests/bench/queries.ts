import { seeded } from './seed.ts'
import type { Request } from './load.ts'

const q = (text: string) => `/api/customers?q=${encodeURIComponent(text)}`

/** 200 things an office types: names whole and in part, one to four characters, pinyin initials, codes, numbers, contacts, slips. */
export function mixedSearches(): Request[] {
  const random = seeded(7)
  const cities = ['上海', '北京', '深圳', '苏州', '重庆', '厦门', '宁波', '成都']
  const cores = ['华中', '兴盛', '恒瑞', '达通', '远大', '新天', '宏泰', '安康', '智联', '云海']
  const trades = ['精密机械', '电子科技', '贸易', '软件', '物流', '食品', '照明']
  const people = ['王华', '李兴', '张', '陈达通', '赵云']
  const digits = () => String(random.int(10_000)).padStart(4, '0')
  const kinds: (() => string)[] = [
    () => random.pick(cities),
    () => random.pick(cores),
    () => random.pick(cities) + random.pick(cores),
    () => `${random.pick(cities)} ${random.pick(trades)}`,
    () => random.pick(trades),
    () => random.pick([...'华兴恒达远新宏安智云']),
    () => random.pick(['sh', 'bj', 'szhz', 'shxs', 'cqhr', 'xm', 's', 'nbwl', 'zzzz']),
    () => `KH${String(random.int(100_000)).padStart(6, '0')}`,
    () => `KH0${digits().slice(0, 2)}`,
    () => digits(),
    () => `13${digits()}`,
    () => `138${digits()}${digits()}`,
    () => random.pick(people),
    () => random.pick(['有限公司', '股份', '不存在的公司', '100%', 'a_b', '"', 'KH']),
  ]
  return Array.from({ length: 200 }, (_, i) => ({ path: q(kinds[i % kinds.length]!()) }))
}

export const lists: readonly string[] = [
  '/api/customers',
  '/api/customers?page=2',
  '/api/customers?sort=name',
  '/api/customers?sort=-createdAt&page=3',
  '/api/contacts',
]
export const filteredLists: readonly string[] = [
  '/api/customers?status=won',
  '/api/customers?level=A&industry=C',
  '/api/customers?regionCode=440000',
  '/api/customers?status=active,potential&source=website&sort=name',
  '/api/customers?level=A,B&status=lost&regionCode=310000',
  '/api/customers?creditFenFrom=5000000',
  '/api/customers?ownerId=5',
]
