// 省市区. The only importer of the data package: the web loads this file lazily (import('@crm/shared/regions')).
import { codeToText } from 'element-china-area-data'
import { regionFinder } from './find.ts'
import { DIRECT_COUNTIES } from './names.ts'
import { isRegionCode } from './prefix.ts'

export { isRegionCode, regionPrefix } from './prefix.ts'

/** One place of the tree, ready for a cascader. */
export type RegionNode = { value: string; label: string; children?: RegionNode[] }

// The data package leaves them out; offices there are customers too. GB/T 2260 names no districts in them.
const OFFSHORE = { '710000': '台湾省', '810000': '香港特别行政区', '820000': '澳门特别行政区' }

// Towns of cities without districts (东莞) have nine digits and no GB/T 2260 code: they belong to the address.
const names = new Map<string, string>(
  Object.entries(codeToText)
    .filter(([code]) => code.length <= 6)
    .map(([code, name]): [string, string] => [code.padEnd(6, '0'), name])
    .concat(Object.entries(OFFSHORE))
    .sort(([a], [b]) => (a < b ? -1 : 1)),
)

const MUNICIPALITIES = ['110000', '120000', '310000', '500000'] // 北京 天津 上海 重庆
const provinceOf = (code: string) => `${code.slice(0, 2)}0000`
const cityOf = (code: string) => `${code.slice(0, 4)}00`

/** 市辖区 and 县 of a municipality: levels of the code that no one names or chooses. */
const isHidden = (code: string) =>
  MUNICIPALITIES.includes(provinceOf(code)) && code.endsWith('00') && code.slice(2, 4) !== '00'

/** Codes from the province down, as a cascader wants them: '440305' -> ['440000', '440300', '440305'],
 * '110108' -> ['110000', '110108']; [] for an unknown code. */
export function regionPath(code: string): string[] {
  if (!names.has(code)) return []
  return [...new Set([provinceOf(code), cityOf(code), code])].filter((step) => !isHidden(step))
}

/** Names shown before: lists show the same few regions over and over. There are no more of them than codes. */
const shown = new Map<string, string>()

/** '440305' -> '广东省 深圳市 南山区', '419001' -> '河南省 济源市'; null for an unknown code. */
export function regionName(code: string): string | null {
  const known = shown.get(code)
  if (known !== undefined) return known
  const path = regionPath(code)
  if (path.length === 0) return null
  const name = nameOf(path)
  shown.set(code, name)
  return name
}

function nameOf(path: readonly string[]): string {
  // 省直辖县级行政区划 is a heading of the code book: shown only when it is all that is known.
  return path
    .map((step) => names.get(step)!)
    .filter((name, index) => index === path.length - 1 || !name.endsWith(DIRECT_COUNTIES))
    .join(' ')
}

const find = regionFinder(
  [...names].filter(([code]) => !isHidden(code)).map(([code, name]) => ({ code, name, path: regionPath(code) })),
)

/** The deepest place the parts certainly name: ['广东', '深圳市'] -> '440300', ['广东省深圳市南山区科技园'] -> '440305',
 * ['440305'] -> itself. Null when nothing is certain (朝阳区 alone) or the parts disagree (广东, 杭州市). */
export function findRegion(parts: string[]): string | null {
  const only = parts.length === 1 ? parts[0]!.trim() : ''
  if (isRegionCode(only)) return regionPath(only).at(-1) ?? null
  return find(parts)
}

let tree: RegionNode[] | undefined

/** Provinces with their cities and districts; built once, to be read only. */
export function regionTree(): RegionNode[] {
  tree ??= buildTree()
  return tree
}

function buildTree(): RegionNode[] {
  const nodes = new Map<string, RegionNode>()
  const roots: RegionNode[] = []
  for (const [code, name] of names) {
    if (isHidden(code)) continue
    const node: RegionNode = { value: code, label: name }
    nodes.set(code, node)
    const parent = nodes.get(regionPath(code).at(-2) ?? '')
    if (!parent) roots.push(node)
    else (parent.children ??= []).push(node)
  }
  return roots
}
