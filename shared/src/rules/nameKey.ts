// 查重 by name: two spellings of one company share a key.

// Longest first, else 股份有限公司 would leave 股份 behind.
const COMPANY_FORMS = /有限责任公司|股份有限公司|有限公司|集团/g

// Default-ignorable: zero-width joiners and variation selectors, which count as marks but show nothing.
const NOT_PART_OF_A_NAME = /[^\p{L}\p{N}\p{M}]|\p{Default_Ignorable_Code_Point}/gu

/** 深圳市振业(集团)股份有限公司 -> 深圳市振业. Empty only for a name without a visible character. */
export function nameKey(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase()
  // Lower case of some letters (İ) is decomposed: compose again, so that a key is its own key.
  const letters = folded.replace(NOT_PART_OF_A_NAME, '').normalize('NFKC')
  // A name of signs only (「!!!」), or 集团有限公司 itself, still needs a key of its own.
  return letters.replace(COMPANY_FORMS, '') || letters || folded.trim()
}

/** From here on two names are worth a hint (domain §2). */
export const SIMILAR_FROM = 0.8

/** Dice coefficient of the bigrams of two name keys, 0..1; hint at SIMILAR_FROM. Linear time. */
export function similarity(keyA: string, keyB: string): number {
  if (keyA === keyB) return 1
  const a = bigrams(keyA)
  const b = bigrams(keyB)
  if (a.length === 0 || b.length === 0) return 0
  const open = new Map<string, number>()
  for (const gram of a) open.set(gram, (open.get(gram) ?? 0) + 1)
  let shared = 0
  for (const gram of b) {
    const count = open.get(gram) ?? 0
    if (count === 0) continue
    open.set(gram, count - 1)
    shared++
  }
  return (2 * shared) / (a.length + b.length)
}

function bigrams(text: string): string[] {
  const chars = [...text]
  return chars.slice(1).map((char, index) => chars[index]! + char)
}
