const codes = new Map<string, number[]>()

/** Two-byte characters by asking the decoder for each pair; Node can read GB18030 but not write it. */
function table(): Map<string, number[]> {
  if (codes.size > 0) return codes
  const decoder = new TextDecoder('gb18030')
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const char = decoder.decode(new Uint8Array([lead, trail]))
      if (trail !== 0x7f && [...char].length === 1 && char !== '\ufffd') codes.set(char, [lead, trail])
    }
  }
  return codes
}

/** Supplementary characters are four bytes by a formula. */
function fourBytes(char: string): number[] {
  const at = char.codePointAt(0)! - 0x10000 + 189_000
  if (at < 189_000) throw new Error(`not in GB18030's two-byte part: ${char}`)
  return [
    0x81 + Math.floor(at / 12_600),
    0x30 + (Math.floor(at / 1_260) % 10),
    0x81 + (Math.floor(at / 10) % 126),
    0x30 + (at % 10),
  ]
}

/** As Chinese Excel saves a CSV. */
export const gb18030 = (text: string): Buffer =>
  Buffer.from(
    [...text].flatMap((char) => (char < '\x80' ? [char.charCodeAt(0)] : (table().get(char) ?? fourBytes(char)))),
  )
