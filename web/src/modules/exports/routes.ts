import type { RouteRecordRaw } from 'vue-router'
import type { Command } from '../../core/panels/command'

/** Everybody's own files; `?download=12` fetches one as the notice about it promises. */
export const routes: RouteRecordRaw[] = [
  { path: '/exports', component: () => import('./ExportsPage.vue'), meta: { title: '我的导出', menuOf: '/home' } },
]
export const commands: readonly Command[] = [{ label: '我的导出', to: '/exports' }]
