// The few library methods that Chrome 87 lacks and our own or shared code uses; syntax is the build's business.
function lacking(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true })
}
lacking(Object, 'hasOwn', (target: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(target, key))
for (const prototype of [Array.prototype, String.prototype])
  lacking(prototype, 'at', function (this: ArrayLike<unknown>, index: number) {
    return this[index < 0 ? this.length + index : index]
  })
lacking(Array.prototype, 'findLast', function (this: unknown[], test: (item: unknown) => boolean) {
  return [...this].reverse().find(test)
})

export {}
