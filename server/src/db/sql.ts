import {
  type CompiledQuery,
  CompiledQuery as compiled,
  createRawBuilder,
  isOperationNodeSource,
  type OperationNode,
  type OperationNodeSource,
  PostgresAdapter,
  type QueryExecutorProvider,
  type RawBuilder,
  RawNode,
  type Sql,
  ValueNode,
} from 'kysely'

/**
 * Kysely's `sql`, said flat: text and the values between, where Kysely builds and freezes a tree of nodes for each name and bracket and walks
 * it again to write the same text: half of what answering a list or 工作台 costs this thread went there (measured). The two may stand inside
 * each other; what comes from a query builder is kept as its node.
 */
type OurSql = Pick<Sql, 'join' | 'lit' | 'raw' | 'ref' | 'table'> & {
  <T = unknown>(texts: TemplateStringsArray, ...values: unknown[]): RawBuilder<T>
}

/** A part that Kysely must write. */
class Foreign {
  readonly node: OperationNode
  constructor(node: OperationNode) {
    this.node = node
  }
}
/** Nothing looks at the nodes or the id of a written statement: there are no plugins. */
const { query, queryId } = compiled.raw('')

class Flat<T> implements RawBuilder<T> {
  /** One more than the values. */
  readonly #texts: readonly string[]
  readonly #values: readonly unknown[]
  constructor(texts: readonly string[], values: readonly unknown[]) {
    this.#texts = texts
    this.#values = values
  }

  /** This and those behind it in one. */
  static joined(texts: readonly string[], parts: readonly unknown[]): Flat<never> {
    const said: string[] = [texts[0]!]
    const values: unknown[] = []
    for (const [i, part] of parts.entries()) {
      if (part instanceof Flat) {
        said[said.length - 1] += part.#texts[0]!
        for (let k = 1; k < part.#texts.length; k++) said.push(part.#texts[k]!)
        for (const value of part.#values) values.push(value)
        said[said.length - 1] += texts[i + 1]!
      } else {
        values.push(isOperationNodeSource(part) ? new Foreign(part.toOperationNode()) : part)
        said.push(texts[i + 1]!)
      }
    }
    return new Flat(said, values)
  }

  compile(db: QueryExecutorProvider): CompiledQuery<T> {
    const values = this.#values
    if (values.some((value) => value instanceof Foreign)) return this.#kyselys().compile(db)
    const isNumbered = db.getExecutor().adapter instanceof PostgresAdapter
    let text = this.#texts[0]!
    for (let i = 1; i <= values.length; i++) text += `${isNumbered ? `$${i}` : '?'}${this.#texts[i]!}`
    return { sql: text, parameters: values, query, queryId }
  }
  async execute(db: QueryExecutorProvider) {
    return db.getExecutor().executeQuery<T>(this.compile(db))
  }
  toOperationNode(): RawNode {
    return RawNode.create(
      [...this.#texts],
      this.#values.map((value) => (value instanceof Foreign ? value.node : ValueNode.create(value))),
    )
  }
  #kyselys(): RawBuilder<T> {
    return createRawBuilder({ queryId, rawNode: this.toOperationNode() })
  }

  get expressionType(): undefined {
    return undefined
  }
  get isRawBuilder(): true {
    return true
  }
  as(alias: never) {
    return this.#kyselys().as<never>(alias)
  }
  $castTo<C>(): RawBuilder<C> {
    return this as unknown as RawBuilder<C>
  }
  $notNull(): RawBuilder<Exclude<T, null>> {
    return this as unknown as RawBuilder<Exclude<T, null>>
  }
  withPlugin(): never {
    throw new Error('no plugins')
  }
}

const raw = (text: string): Flat<never> => new Flat([text], [])
/** The same on both engines. */
const quoted = (name: string) =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error('no literal of this kind')
}
const COMMA = raw(', ')

function join(parts: readonly unknown[], separator: OperationNodeSource = COMMA): Flat<never> {
  const all = parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]))
  return Flat.joined(
    Array.from({ length: all.length + 1 }, () => ''),
    all,
  )
}

export const sql: OurSql = Object.assign(
  (texts: TemplateStringsArray, ...values: unknown[]) => Flat.joined(texts, values),
  {
    join,
    lit: (value: unknown) => raw(literal(value)),
    raw,
    ref: (name: string) => raw(quoted(name)),
    table: (name: string) => raw(quoted(name)),
  },
) as never
