// 拼音首字母: payh finds 平安银行. Made once, when a name is written.
import { pinyin } from 'pinyin-pro'

const MOST_SPELLINGS = 6
const LONGEST_NAME = 64 // nobody types the initials of more characters

// Characters that names read with two initials. The dictionary of pinyin-pro knows the usual words (银行, 重庆, 会计);
// what it cannot know is how this company or this person says it.
const TWO_INITIALS = initialsTable(
  '行hx 重cz 长cz 会hk 厦xs 乐ly 单ds 曾zc 石sd 盛sc 车cj 朝cz 传cz 调dt 解jx 仇cq 区qo 查cz 尉wy 覃qt 沈sc 翟zd 种zc ' +
    '盖gj 折zs 宿sx 缪ml 贾jg 藏cz 番fp 泊bp 铅qy 涡wg 莘sx 莞gw 浒hx 阿ae 堡bp 埔pb 氏sz 系xj 参cs 校xj 省sx 弹dt 厂ca ' +
    '纶lg 角jl 合hg 期qj 强qj 巷xh 尾wy 粘nz 属sz 提td 屏pb 叶yx 谷gy',
)
// Two readings as a surname only (万俟): in company names 万 is everywhere and always w.
const SURNAME_INITIALS = initialsTable('万wm 隗wk 员yg 谌cs 褚cz 繁pf 秘bm 逄pf 洗xs 冼xs 召zs')

/** Up to six space-separated spellings in [a-z0-9], the likeliest first, then with one character read the other way:
 * '平安银行' -> 'payh paxh'. Letters and digits stay, signs fall out. '' when nothing can be spelt. */
export function initials(name: string, kind: 'company' | 'person'): string {
  const characters = spell(name, kind)
  const likeliest = characters.map(({ initial }) => initial).join('')
  const spellings = new Set([likeliest])
  characters.forEach(({ origin, initial }, index) => {
    const both =
      TWO_INITIALS.get(origin) ?? (kind === 'person' && index === 0 ? SURNAME_INITIALS.get(origin) : undefined)
    const other = both?.find((letter) => letter !== initial)
    if (!other || spellings.size === MOST_SPELLINGS) return
    spellings.add(likeliest.slice(0, index) + other + likeliest.slice(index + 1))
  })
  return [...spellings].join(' ')
}

function spell(name: string, kind: 'company' | 'person'): { origin: string; initial: string }[] {
  const text = [...name.normalize('NFKC')].slice(0, LONGEST_NAME).join('')
  // 'head' reads 单, 曾, 万俟 as surnames, which would be wrong inside a company's name.
  const read = pinyin(text, { type: 'all', toneType: 'none', surname: kind === 'person' ? 'head' : 'off' })
  return read
    .map(({ origin, first, isZh }) => ({ origin, initial: plainLetter(isZh ? first : origin) }))
    .filter(({ initial }) => /^[a-z0-9]$/.test(initial))
}

/** é -> e, A -> a; the rest comes out as it is and is filtered. */
const plainLetter = (char: string) => char.normalize('NFD').charAt(0).toLowerCase()

function initialsTable(text: string): Map<string, string[]> {
  return new Map(text.split(' ').map(([character = '', ...both]): [string, string[]] => [character, both]))
}

// The dictionary is built at its first use: 60 ms that nobody's first save shall wait for.
initials('预热', 'company')
