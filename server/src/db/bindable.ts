/** Throws for values that one engine would refuse and the other would bend: flags are 0/1, time is text, money is bounded. */
export function assertBindable(parameters: readonly unknown[], arraysAllowed: boolean): void {
  for (let i = 0; i < parameters.length; i++) {
    const trouble = troubleWith(parameters[i], arraysAllowed)
    if (trouble) throw new TypeError(`SQL parameter ${i + 1} is ${trouble}`)
  }
}

function troubleWith(value: unknown, arraysAllowed: boolean): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'bigint':
      return undefined
    case 'number':
      if (!Number.isFinite(value)) return `${value}`
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? `${value}, beyond 2^53` : undefined
    case 'boolean':
      return 'a boolean: flags are 0 or 1'
    case 'undefined':
      return 'undefined: say null'
    case 'object':
      if (value === null || value instanceof Uint8Array) return undefined
      if (value instanceof Date) return 'a Date: time is text'
      if (Array.isArray(value)) {
        return arraysAllowed ? value.map((v) => troubleWith(v, false)).find(Boolean) : 'an array: use inIds()'
      }
      return 'an object'
    default:
      return `a ${typeof value}`
  }
}
