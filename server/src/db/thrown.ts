/** An error on its way to another thread, which knows nothing of its class: all that it says of itself, as plain data. */
export interface Thrown {
  readonly name: string
  readonly message: string
  readonly [fact: string]: unknown
}

export function thrown(error: unknown): Thrown {
  const { code, message, name, stack } = error as Error & { code?: unknown }
  const said = { name, message, stack, ...(code !== undefined && { code }) }
  const all = { ...(error as object), ...said }
  try {
    return structuredClone(all)
  } catch {
    // A function or a handle among its facts: those stay here.
    return { name, message, ...(stack !== undefined && { stack }), ...(typeof code === 'string' && { code }) }
  }
}
