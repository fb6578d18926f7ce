import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { gate } from '../../db/gate.ts'

const derive = promisify(argon2)

// OWASP's recommendation for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB = 19 * 1024
const PASSES = 2
const LANES = 1
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Each hash holds a thread of the pool (files wait there too) and 19 MiB: twenty sign-ins at once must not take them all. */
const hashing = gate(2, 30_000)

interface Parameters {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

async function hash(password: string, nonce: Buffer, tagLength: number, parameters: Parameters): Promise<Buffer> {
  const leave = await hashing.enter()
  try {
    return await derive('argon2id', { message: password, nonce, tagLength, ...parameters })
  } finally {
    leave()
  }
}

/** PHC string (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`) with a salt of its own. Off the event loop; never inside `tx`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await hash(password, salt, HASH_BYTES, { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES })
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(tag)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{16,88})$/
/** No password hashes to all zeros: comparing with it always fails, and takes as long as a real comparison. */
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(Buffer.alloc(SALT_BYTES))}$${unpadded(Buffer.alloc(HASH_BYTES))}`

/** Whether the password belongs to the hash. `null` (nobody by that name) is false after the same work, so that time tells nothing. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(stored ?? NOBODY) ?? []
  if (!salt || !tag) throw new Error('a stored password hash is not a PHC string')
  const expected = Buffer.from(tag, 'base64')
  const found = await hash(password, Buffer.from(salt, 'base64'), expected.length, {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  })
  return timingSafeEqual(found, expected) && stored !== null
}
