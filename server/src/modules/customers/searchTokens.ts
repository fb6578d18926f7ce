// The words of the search index, the same for SQLite FTS5 (unicode61) and a PostgreSQL tsvector (array_to_tsvector).
// Only [0-9a-z] and letters, NFKC and lower case, so that neither engine splits or folds a token. They narrow a million rows
// to a handful and may hit apart from each other (深圳 and 圳华 in two places): every hit is re-verified with LIKE.

/** What one customer is found by. `initials` as pinyin.ts writes them, `digits` as phoneDigits does. */
export type SearchRow = { texts: string[]; initials: string; digits: string[] }

const LONGEST_QUERY = 64 // code points; what follows only narrows what LIKE verifies anyway
const DENSE_GRAMS = [1, 2]
const SPARSE_GRAMS = [1, 2, 3] // 3M and a code's last two digits must be found too
const DIGIT_GRAMS = 3
const NUMBER_END = 2 * DIGIT_GRAMS // tells a long number from others; what it begins with (KH2026, 138) is in very many

type Run = { dense: boolean; chars: string[] }

// FTS5 treats combining marks in its own way, and nobody types what cannot be seen: left out on both sides.
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu

/** The text both sides cut: NFKC, lower case, nothing unseen. Verify hits against the same folding on the stored side, or
 * 万科Ａ is lost for 'a'. */
export const foldForSearch = (text: string): string =>
  text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(UNSEEN, '')

/** Write side: all tokens of a row, space-separated, each once. */
export function rowTokens({ texts, initials, digits }: SearchRow): string {
  const tokens = new Set<string>()
  for (const text of texts) {
    for (const run of runs(text)) {
      for (const size of run.dense ? DENSE_GRAMS : SPARSE_GRAMS) addGrams(tokens, run.chars, size)
    }
  }
  for (const { chars } of runs(initials)) for (const size of SPARSE_GRAMS) addGrams(tokens, chars, size)
  for (const number of digits) {
    // The whole number as well: who may not read numbers finds a customer by the whole one only (domain §2).
    if (number) tokens.add(number)
    addGrams(tokens, [...number], DIGIT_GRAMS)
  }
  return [...tokens].join(' ')
}

/** Query side: every row that contains the text has all of these. [] when it holds no letter or digit. Digits of
 * telephones are found from three on. Quote each token for MATCH; they hold no quote, blank or operator. */
export function queryTokens(text: string): string[] {
  const tokens = new Set<string>()
  for (const run of runs([...text].slice(0, LONGEST_QUERY).join(''))) {
    const longest = Math.max(...(run.dense ? DENSE_GRAMS : SPARSE_GRAMS))
    coverGrams(tokens, run.chars, Math.min(longest, run.chars.length))
  }
  return [...tokens]
}

// Scripts without blanks between words: two characters already mean something.
const DENSE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]$/u
const WORD = /^[\p{L}0-9\u3007]$/u // 〇 counts as a number sign, people write years with it
// Letters that unicode61 knows as signs (New Tai Lue vowels and two Vedic signs); σ and ς it takes for one.
const NOT_A_TOKEN = /^[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]$/u

/** Stretches of one kind of character; every sign, blank or change of kind ends one. */
function runs(text: string): Run[] {
  const found: Run[] = []
  let run: Run | null = null
  for (const char of foldForSearch(text)) {
    if (!WORD.test(char) || NOT_A_TOKEN.test(char)) {
      run = null
      continue
    }
    const dense = DENSE.test(char)
    if (!run || run.dense !== dense) {
      run = { dense, chars: [] }
      found.push(run)
    }
    run.chars.push(char === '\u03c2' ? '\u03c3' : char)
  }
  return found
}

function addGrams(tokens: Set<string>, chars: string[], size: number): void {
  for (let at = 0; at + size <= chars.length; at++) tokens.add(chars.slice(at, at + size).join(''))
}

/** As few grams as cover all characters: each one asked for costs a walk through its list, and hits are verified anyway. */
function coverGrams(tokens: Set<string>, chars: string[], size: number): void {
  const isLongNumber = chars.length > NUMBER_END && /^[0-9]$/.test(chars.at(-1)!)
  const covered = isLongNumber ? chars.slice(-NUMBER_END) : chars
  for (let at = 0; at + size < covered.length; at += size) tokens.add(covered.slice(at, at + size).join(''))
  tokens.add(covered.slice(covered.length - size).join(''))
}
