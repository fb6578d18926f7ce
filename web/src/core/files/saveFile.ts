/** Starts the browser's own saving of a file the server sent as a whole. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  const url = URL.createObjectURL(content)
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
