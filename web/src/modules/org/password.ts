// Without 0 O 1 l I: a password that is read out or copied from paper must not be guessed at.
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 14 // 55 letters: 80 bits

/** A random password that can be read out; every letter is equally likely. */
export function randomPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  const letters: string[] = []
  // The last bytes of 0..255 would favour the first letters: they are thrown away.
  const fair = 256 - (256 % LETTERS.length)
  while (letters.length < LENGTH) {
    for (const byte of random(new Uint8Array(LENGTH))) {
      if (byte < fair && letters.length < LENGTH) letters.push(LETTERS[byte % LETTERS.length]!)
    }
  }
  return letters.join('')
}
