/** A number is written anew more often than mended: whoever enters its field has all of it in hand; a second click places the caret. */
export function wholeOnEntry() {
  let isEntering = false
  const take = ({ currentTarget }: Event) => (currentTarget as HTMLInputElement).select()
  return {
    onFocus: take,
    onMousedown: ({ currentTarget }: MouseEvent) => void (isEntering = document.activeElement !== currentTarget),
    onClick(event: MouseEvent): void {
      if (isEntering) take(event)
      isEntering = false
    },
  }
}
