/** What became of a piece of text. */
export type DiffKind = 'same' | 'removed' | 'added'
export interface DiffPart {
  readonly kind: DiffKind
  readonly text: string
}
/** One line of a comparison: whole, or `changed` with the pieces that were taken out and put in. */
export interface DiffLine {
  readonly kind: DiffKind | 'changed'
  readonly parts: readonly DiffPart[]
}
/** A line, or how many equal ones were left out. */
export type DiffRow = DiffLine | { readonly kind: 'gap'; readonly lines: number }

/** Beyond so many differences people read both texts; the work grows with the square. */
const MOST_EDITS = 200
/** Lines that share less are one taken out and one put in. */
const ALIKE = 0.4
/** A line that was changed is looked for among so many that came; where whole chapters were exchanged, not at all. */
const AHEAD = 6
const MOST_PAIRS = 10_000
/** Equal lines shown beside each difference. */
const BESIDE = 1

/** The shortest way from one list to the other (Myers' greedy algorithm): what stays, goes and comes, in order. */
function way(a: readonly string[], b: readonly string[]): DiffPart[] {
  const traces = traced(a, b)
  if (!traces) return [...as('removed', a), ...as('added', b)]
  const found: DiffPart[] = []
  let [x, y] = [a.length, b.length]
  for (let edits = traces.length - 1; edits >= 0; edits--) {
    const before = traces[edits]!
    const k = x - y
    const comes = k === -edits || (k !== edits && at(before, k - 1) < at(before, k + 1))
    const fromK = comes ? k + 1 : k - 1
    const fromX = edits === 0 ? 0 : at(before, fromK)
    const fromY = edits === 0 ? 0 : fromX - fromK
    // What is equal lies after the edit that led here.
    while (x > fromX && y > fromY) {
      found.push({ kind: 'same', text: a[--x]! })
      y--
    }
    if (edits === 0) break
    found.push(comes ? { kind: 'added', text: b[--y]! } : { kind: 'removed', text: a[--x]! })
  }
  return found.reverse()
}

const as = (kind: DiffKind, texts: readonly string[]): DiffPart[] => texts.map((text) => ({ kind, text }))
const at = (reached: ReadonlyMap<number, number>, k: number) => reached.get(k) ?? -1

/** How far one gets on each diagonal before the n-th edit, until the end is reached; null when that takes too many. */
function traced(a: readonly string[], b: readonly string[]): ReadonlyMap<number, number>[] | null {
  const traces: ReadonlyMap<number, number>[] = []
  let reached = new Map([[1, 0]])
  for (let edits = 0; edits <= MOST_EDITS; edits++) {
    traces.push(reached)
    const next = new Map<number, number>()
    for (let k = -edits; k <= edits; k += 2) {
      const comes = k === -edits || (k !== edits && at(reached, k - 1) < at(reached, k + 1))
      let x = comes ? at(reached, k + 1) : at(reached, k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return traces
    }
    reached = next
  }
  return null
}

/** Without what both begin and end with, which is most of two versions of one text. */
function steps(a: readonly string[], b: readonly string[]): DiffPart[] {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head++
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  return [
    ...as('same', a.slice(0, head)),
    ...way(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...as('same', a.slice(a.length - tail)),
  ]
}

/** Numbers and Latin words stay whole; Chinese goes character by character. */
const WORDS = /\d[\d.,]*|[A-Za-z]+|./gsu
const wordsOf = (line: string): string[] => line.match(WORDS) ?? []

/** The pieces of a line that was changed, equal neighbours joined; null when it is rather another line. */
function changed(before: string, after: string): DiffLine | null {
  if (Math.min(before.length, after.length) < ALIKE * Math.max(before.length, after.length)) return null
  const parts = steps(wordsOf(before), wordsOf(after))
  const shared = parts.filter(({ kind }) => kind === 'same').reduce((sum, { text }) => sum + text.length, 0)
  return shared < ALIKE * Math.max(before.length, after.length) ? null : { kind: 'changed', parts: joined(parts) }
}

/** What goes and what comes between two equal pieces as one of each, the old before the new. */
function joined(parts: readonly DiffPart[]): DiffPart[] {
  const found: DiffPart[] = []
  const open = { removed: '', added: '' }
  const close = () => {
    for (const kind of ['removed', 'added'] as const) if (open[kind]) found.push({ kind, text: open[kind] })
    open.removed = open.added = ''
  }
  for (const { kind, text } of parts) {
    const last = found.at(-1)
    if (kind !== 'same') open[kind] += text
    else if (last?.kind === 'same' && !open.removed && !open.added)
      found[found.length - 1] = { kind, text: last.text + text }
    else {
      close()
      found.push({ kind, text })
    }
  }
  close()
  return found
}

/** Lines that went beside lines that came: each with the next one that is like it. */
function matched(gone: readonly string[], come: readonly string[]): DiffLine[] {
  const found: DiffLine[] = []
  let next = 0
  const isFew = gone.length * come.length <= MOST_PAIRS
  for (const before of gone) {
    const hits = isFew ? come.slice(next, next + AHEAD).map((after) => changed(before, after)) : []
    const hit = hits.findIndex((line) => line !== null)
    if (hit < 0) {
      found.push(whole('removed', before))
      continue
    }
    found.push(...come.slice(next, next + hit).map((text) => whole('added', text)), hits[hit]!)
    next += hit + 1
  }
  return [...found, ...come.slice(next).map((text) => whole('added', text))]
}

const whole = (kind: DiffKind, text: string): DiffLine => ({ kind, parts: [{ kind, text }] })

/** Two versions of a long text line by line; within a line that was changed, word by word. */
export function textDiff(before: string, after: string): DiffLine[] {
  const found: DiffLine[] = []
  let [gone, come]: [string[], string[]] = [[], []]
  const close = () => {
    found.push(...matched(gone, come))
    ;[gone, come] = [[], []]
  }
  for (const part of steps(linesOf(before), linesOf(after))) {
    if (part.kind === 'removed') gone.push(part.text)
    else if (part.kind === 'added') come.push(part.text)
    else {
      close()
      found.push({ kind: 'same', parts: [part] })
    }
  }
  close()
  return found
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replaceAll('\r\n', '\n').split('\n'))

/** The differences with a line of what stands around them; longer stretches that are equal are left out. */
export function folded(lines: readonly DiffLine[]): DiffRow[] {
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - BESIDE), index + BESIDE + 1).some(({ kind }) => kind !== 'same')
  const found: DiffRow[] = []
  for (const [index, line] of lines.entries()) {
    const last = found.at(-1)
    if (isNear(index)) found.push(line)
    else if (last?.kind === 'gap') found[found.length - 1] = { kind: 'gap', lines: last.lines + 1 }
    else found.push({ kind: 'gap', lines: 1 })
  }
  return found
}

const MOST_TOLD = 30
/** The differences as plain lines, for whoever sees nothing of the texts but this. */
export function diffWords(before: string, after: string): string {
  const told = textDiff(before, after).flatMap(({ kind, parts }) => {
    const side = (other: DiffKind) => parts.map((part) => (part.kind === other ? '' : part.text)).join('')
    return [
      ...(kind === 'removed' || kind === 'changed' ? [`− ${side('added')}`] : []),
      ...(kind === 'added' || kind === 'changed' ? [`+ ${side('removed')}`] : []),
    ]
  })
  const more = told.length - MOST_TOLD
  return [...told.slice(0, MOST_TOLD), ...(more > 0 ? [`…还有 ${more} 行`] : [])].join('\n')
}
