import { SIMILAR_FROM } from '@crm/shared/rules/nameKey'
import { codePoints } from '@crm/shared/text'

/** Shorter names are alike too easily. */
const SHORTEST = 4

const bigramsOf = (text: string): string[] => {
  const chars = [...text]
  return chars.slice(1).map((char, at) => chars[at]! + char)
}

/**
 * Pairs of different keys whose bigrams are at least SIMILAR_FROM alike, as positions in `keys`. Two such names must share one of
 * the rarer bigrams of each, so only those are looked up: 100,000 names take seconds, not the hours of comparing all with all.
 */
export function similarPairs(keys: readonly string[]): [a: number, b: number][] {
  const frequency = new Map<string, number>()
  const rows = keys.flatMap((key, at) => (codePoints(key) < SHORTEST ? [] : [{ at, grams: numbered(bigramsOf(key)) }]))
  for (const { grams } of rows) for (const gram of grams) frequency.set(gram, (frequency.get(gram) ?? 0) + 1)
  const rank = new Map([...frequency].toSorted((a, b) => a[1] - b[1]).map(([gram], at) => [gram, at]))
  // Shorter ones first: each is compared with those before it, which are no longer than itself.
  const ordered = rows
    .map(({ at, grams }) => ({ at, grams: grams.map((gram) => rank.get(gram)!).sort((a, b) => a - b) }))
    .sort((a, b) => a.grams.length - b.grams.length)
  const index = new Map<number, number[]>()
  const pairs: [number, number][] = []
  const seen = new Int32Array(ordered.length).fill(-1)
  for (const [here, { at, grams }] of ordered.entries()) {
    const shortest = Math.ceil((grams.length * SIMILAR_FROM) / (2 - SIMILAR_FROM))
    // What a partner of the least length would have to share; one of these must be among the first, rarest ones.
    const leading = grams.slice(0, grams.length - least(grams.length, shortest) + 1)
    for (const gram of leading) {
      for (const there of index.get(gram) ?? []) {
        if (seen[there] === here) continue
        seen[there] = here
        const other = ordered[there]!
        if (other.grams.length < shortest) continue
        if (shared(grams, other.grams) >= least(grams.length, other.grams.length)) pairs.push([other.at, at])
      }
      const list = index.get(gram)
      if (list) list.push(here)
      else index.set(gram, [here])
    }
  }
  return pairs
}

/** How many of a and b bigrams two alike names share at least. */
const least = (a: number, b: number): number => Math.ceil(((a + b) * SIMILAR_FROM) / 2 - 1e-9)

/** A bigram that stands twice counts twice: the second one is another one. */
function numbered(grams: readonly string[]): string[] {
  const count = new Map<string, number>()
  return grams.map((gram) => {
    const n = (count.get(gram) ?? 0) + 1
    count.set(gram, n)
    return n === 1 ? gram : `${gram}${n}`
  })
}

/** Of two ascending lists. */
function shared(a: readonly number[], b: readonly number[]): number {
  let n = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      n += 1
      i += 1
      j += 1
    } else if (a[i]! < b[j]!) i += 1
    else j += 1
  }
  return n
}

/** What is alike by way of others is one group: positions that hang together. */
export function together(pairs: readonly (readonly [number, number])[]): number[][] {
  const parent = new Map<number, number>()
  const rootOf = (at: number): number => {
    let root = at
    while (parent.has(root) && parent.get(root) !== root) root = parent.get(root)!
    parent.set(at, root)
    return root
  }
  for (const [a, b] of pairs) parent.set(rootOf(a), rootOf(b))
  const groups = new Map<number, number[]>()
  for (const at of new Set(pairs.flat())) {
    const root = rootOf(at)
    const group = groups.get(root)
    if (group) group.push(at)
    else groups.set(root, [at])
  }
  return [...groups.values()].map((group) => group.toSorted((a, b) => a - b))
}
