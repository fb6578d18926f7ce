import type { ArrivedNotice } from '@crm/shared/contract/notifications'
import { onScopeDispose, watch } from 'vue'
import { unreadNotices, unreadText } from './notices'
import { usePreference } from '../usePreference'

/** Off until somebody wants it. */
export const useNoticeSound = () => usePreference('noticeSound', false)

/** 「(3) 客户管理系统」 and a dot on the icon, so that a tab among many says that something waits. */
export function showUnreadInTitle(): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  const show = (count: number): void => {
    const bare = document.title.replace(/^\(\d+\+?\) /, '')
    document.title = count > 0 ? `(${unreadText(count)}) ${bare}` : bare
    if (icon) icon.href = count > 0 ? '/favicon-dot.svg' : '/favicon.svg'
  }
  watch(unreadNotices, show, { immediate: true })
  onScopeDispose(() => show(0))
}

export type DesktopState = 'insecure' | 'unknown' | 'denied' | 'askable' | 'granted'
/** Whether this browser may show notices on the desktop, and if not, why. */
export function desktopState(): DesktopState {
  if (!window.isSecureContext) return 'insecure'
  if (!('Notification' in window)) return 'unknown'
  const { permission } = Notification
  return permission === 'default' ? 'askable' : permission
}
export const desktopWords: Readonly<Record<DesktopState, string>> = {
  insecure: '现在通过 http 地址访问,浏览器不允许桌面通知。管理员启用 HTTPS 后即可使用;页面内的提示不受影响。',
  unknown: '这个浏览器没有桌面通知功能;页面内的提示不受影响。',
  denied: '桌面通知已被这个浏览器禁止。要恢复,请在地址栏左侧的网站设置里允许“通知”。',
  askable: '这个浏览器还没有允许桌面通知。',
  granted: '这个浏览器已允许桌面通知。',
}

/** On the desktop, when its reader wants it and does not look at us. Tabs that all try show one: the tag is the same. */
export function showOnDesktop(notice: ArrivedNotice, open: () => void): void {
  if (!notice.desktop || document.hasFocus() || desktopState() !== 'granted') return
  try {
    const shown = new Notification(notice.title, { body: notice.body ?? '', tag: `crm-${notice.id}` })
    shown.onclick = () => {
      window.focus()
      shown.close()
      open()
    }
  } catch {
    // Android shows only what a service worker shows.
  }
}

const TONE_HZ = 880
const TONE_S = 0.18
/** Two short tones. Silent where the browser wants a click first. */
export function playSound(): void {
  try {
    const audio = new AudioContext()
    const volume = audio.createGain()
    volume.gain.value = 0.08
    volume.connect(audio.destination)
    for (const [at, pitch] of [1, 1.25].entries()) {
      const tone = audio.createOscillator()
      tone.frequency.value = TONE_HZ * pitch
      tone.connect(volume)
      tone.start(audio.currentTime + at * TONE_S)
      tone.stop(audio.currentTime + (at + 1) * TONE_S)
      tone.onended = () => void (at === 1 && audio.close())
    }
  } catch {
    // No sound device.
  }
}
