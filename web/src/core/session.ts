import { auth, type Session } from '@crm/shared/contract/auth'
import type { PermissionName } from '@crm/shared/permissions'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { call, onSignedOut } from './server/client'
import { forgetDrafts } from './form/draft'
import { isProblem } from './server/problem'

const DEFAULT_ZONE = 'Asia/Shanghai'
/** Whether somebody signed in here: without it there is no cookie worth asking about (and no 401 in the console). */
const MARK = 'crm:signedIn'
const mark = {
  get isSet(): boolean {
    try {
      return localStorage.getItem(MARK) !== null
    } catch {
      return true
    }
  },
  set(isSignedIn: boolean): void {
    try {
      if (isSignedIn) localStorage.setItem(MARK, '1')
      else localStorage.removeItem(MARK)
    } catch {
      // Storage refused: the server is asked each time.
    }
  },
}

/** A permission, or several of which one is enough. */
export type AnyOf = PermissionName | readonly PermissionName[]

/** Who is signed in. Rights here only decide what is shown: the server decides what happens. */
export const useSession = defineStore('session', () => {
  const me = ref<Session | null>(null)
  const isLoaded = ref(false)
  /** The session ended under an open page: the dialog over it asks to sign in again. */
  const isExpired = ref(false)
  let answer: ((again: boolean) => void) | null = null

  const zone = computed(() => me.value?.zone ?? DEFAULT_ZONE)
  const can = (permission: AnyOf | undefined): boolean => {
    if (permission === undefined) return true
    const held = me.value?.permissions ?? {}
    return typeof permission === 'string' ? permission in held : permission.some((one) => one in held)
  }

  /** Finds out once per page load; null = nobody is signed in. Rejects when the server cannot be asked. */
  async function load(): Promise<Session | null> {
    if (isLoaded.value) return me.value
    try {
      if (mark.isSet) me.value = await call(auth.me, {}, { quiet: true })
    } catch (error) {
      if (!isProblem(error, 'signed_out')) throw error
      mark.set(false)
    }
    isLoaded.value = true
    return me.value
  }

  async function signIn(username: string, password: string): Promise<void> {
    const next = await call(auth.login, { body: { username, password } }, { quiet: true })
    // Somebody else continues on this screen: nothing of the first person's page may stay.
    if (isExpired.value && me.value && me.value.id !== next.id) return location.assign('/')
    mark.set(true)
    me.value = next
    isLoaded.value = true
    isExpired.value = false
    answer?.(true)
    answer = null
  }

  function giveUp(): void {
    answer?.(false)
    answer = null
    location.assign('/login')
  }

  /** Loads the page anew, so that no row of the signed-in time stays in memory. */
  async function signOut(): Promise<void> {
    const userId = me.value?.id
    await call(auth.logout, {}, { quiet: true })
    mark.set(false)
    if (userId !== undefined) forgetDrafts(userId)
    location.assign('/login')
  }

  onSignedOut(() => {
    isExpired.value = true
    return new Promise((resolve) => (answer = resolve))
  })

  return { me, isLoaded, isExpired, zone, can, load, signIn, signOut, giveUp }
})
