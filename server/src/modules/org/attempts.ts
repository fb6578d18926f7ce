import { audit } from '../../core/access/audit.ts'
import { clear, giveBack, take } from '../../core/access/limits.ts'
import { problem } from '../../core/problem.ts'
import type { Store, Tx } from '../../db/store.ts'
import { foldUsername } from './username.ts'

const WINDOW_MS = 15 * 60_000
const MOST_PER_ACCOUNT = 10
/** An office behind one address has people who mistype, too. */
const MOST_PER_ADDRESS = 60

/** The account as typed, whether it exists or not: a limit only known names have would tell which names are known. */
export const accountKey = (username: string): string => `login:account:${foldUsername(username)}`
const addressKey = (address: string) => `login:address:${address}`

export interface Attempt {
  readonly username: string
  readonly at: string
  /** The peer's; a header only where the proxy is trusted. */
  readonly address: string
}
interface Limit {
  readonly key: string
  readonly most: number
}

/** Counts before anything slow happens, in a transaction of its own: a refusal must not take the count back. 429 when too many. */
async function count(store: Store, limits: readonly Limit[], { at, address }: Attempt): Promise<void> {
  const waitSeconds = await store.tx(async (tx) => {
    for (const { key, most } of limits) {
      const taken = await take(tx, key, most, WINDOW_MS, at)
      // One line when it begins, not one per guess.
      if (taken.count === most + 1)
        await audit(tx, stranger({ at, address }), {
          entity: 'signIn',
          recordId: null,
          action: 'loginBlocked',
          note: key,
        })
      if (!taken.ok) return taken.retryAfterSeconds
    }
    return 0
  })
  if (waitSeconds > 0)
    throw problem('too_many', `尝试次数过多,请 ${Math.ceil(waitSeconds / 60)} 分钟后再试`, {
      retryAfterSeconds: waitSeconds,
    })
}

export const stranger = ({ at, address }: Pick<Attempt, 'at' | 'address'>) => ({
  id: 0,
  name: '未登录',
  at,
  via: 'web' as const,
  address,
})

/** The address first: what it is refused for does not count against the account. */
export const countLogin = (store: Store, attempt: Attempt): Promise<void> =>
  count(
    store,
    [
      { key: addressKey(attempt.address), most: MOST_PER_ADDRESS },
      { key: accountKey(attempt.username), most: MOST_PER_ACCOUNT },
    ],
    attempt,
  )

/** A right password clears the account and does not count against the address. */
export async function forgiveLogin(tx: Tx, { username, address }: Attempt): Promise<void> {
  await clear(tx, accountKey(username))
  await giveBack(tx, addressKey(address))
}

const oldPasswordKey = (userId: number) => `password:${userId}`
export const countOldPassword = (store: Store, userId: number, attempt: Attempt): Promise<void> =>
  count(store, [{ key: oldPasswordKey(userId), most: MOST_PER_ACCOUNT }], attempt)
export const forgiveOldPassword = (tx: Tx, userId: number): Promise<void> => clear(tx, oldPasswordKey(userId))
