// Reads a place from written parts or an address, from the left, one level at a time, and stops where certainty ends.
import { toHalfWidth } from '../text.ts'
import { cityShortNames, districtShortNames, provinceShortNames } from './names.ts'

/** A place with the codes from its province down to itself. */
export type Place = { code: string; name: string; path: string[] }

type Variant = { place: Place; full: boolean }
type Match = { place: Place; full: boolean; length: number }
type Scope = Place | null

const BREAK = '|' // between parts; inside a part where blanks or separators stood
const SEPARATORS = /[\s,、;/>·|_()-]+/g // half-width already
const LONGEST_TEXT = 200 // an address is shorter
// Words between the levels that name no place of ours; 县 is the code book's heading, so only as a part of its own.
const FILLERS = ['市辖区', '中国', `县${BREAK}`]

/** A finder over all places; building it takes a few ms, asking microseconds. */
export function regionFinder(places: Place[]): (parts: string[]) => string | null {
  const variants = new Map<string, Variant[]>()
  for (const place of places) {
    addVariant(place.name, { place, full: true })
    for (const short of shortNames(place)) addVariant(short, { place, full: false })
  }
  const longest = Math.max(...[...variants.keys()].map((name) => name.length))

  function addVariant(name: string, variant: Variant): void {
    const known = variants.get(name)
    if (known) known.push(variant)
    else variants.set(name, [variant])
  }

  /** The longest name of a place within the scope that begins at `at`. */
  function matchAt(text: string, at: number, scope: Scope): Match | null {
    for (let length = Math.min(longest, text.length - at); length >= 2; length--) {
      const ends = at + length === text.length || text[at + length] === BREAK
      const found = (variants.get(text.slice(at, at + length)) ?? []).filter(
        // 白云山 is not 白云区: a short district name must end its part.
        ({ place, full }) => isWithin(place, scope) && (full || ends || levelOf(place) !== 'district'),
      )
      const certain = oneOf(found)
      if (certain) return { ...certain, length }
      if (found.length > 0) return null
    }
    return null
  }

  function walk(text: string, start: number, scope: Scope): Scope {
    const at = skipFillers(text, start)
    if (at >= text.length) return scope
    const match = matchAt(text, at, scope)
    if (!match) return contradicts(text, at, scope) ? null : scope
    const next = at + match.length
    const ends = next === text.length || text[next] === BREAK
    const deeper = walk(text, next, match.place)
    // 南京路 is no 南京: a short name in running text counts only when a place follows it.
    return match.full || ends || deeper !== match.place ? deeper : scope
  }

  /** A whole part that names another place than the parts before it. */
  function contradicts(text: string, at: number, scope: Scope): boolean {
    if (!scope || text[at - 1] !== BREAK) return false
    const end = text.indexOf(BREAK, at)
    const part = text.slice(at, end < 0 ? text.length : end)
    const named = (variants.get(part) ?? []).filter(({ full, place }) => full && levelOf(place) !== 'district')
    return named.length > 0 && !named.some(({ place }) => isWithin(place, scope))
  }

  return (parts) => {
    const text = parts
      .map((part) => toHalfWidth(part).normalize('NFKC').replace(SEPARATORS, BREAK))
      .join(BREAK)
      .slice(0, LONGEST_TEXT)
    return walk(text, 0, null)?.code ?? null
  }
}

function skipFillers(text: string, start: number): number {
  let at = start
  for (;;) {
    const filler = FILLERS.find((word) => text.startsWith(word, at))
    if (filler) at += filler.length
    else if (text[at] === BREAK) at++
    else return at
  }
}

const levelOf = ({ code }: Place) => (code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'district')

/** The scope itself counts: 北京 北京市 and 广东省广东省 are common. */
const isWithin = (place: Place, scope: Scope) => !scope || place.path.includes(scope.code)

/** One name, several places: a province wins (吉林), else the one that holds all others (朝阳市 over its 朝阳县), else none. */
function oneOf(found: Variant[]): Variant | null {
  if (found.length <= 1) return found[0] ?? null
  const province = found.find(({ place }) => levelOf(place) === 'province')
  if (province) return province
  return found.find(({ place }) => found.every((other) => other.place.path.includes(place.code))) ?? null
}

function shortNames(place: Place): string[] {
  const level = levelOf(place)
  if (level === 'province') return provinceShortNames(place.name)
  return level === 'city' ? cityShortNames(place.name) : districtShortNames(place.name)
}
