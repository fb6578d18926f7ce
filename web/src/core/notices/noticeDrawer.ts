import { ref } from 'vue'

/** Whether the drawer of the bell is open: the bell opens it, and the number on 工作台. */
export const isNoticeDrawerOpen = ref(false)
export const noticeTabs = { notices: '通知', todo: '待办', announcements: '公告' } as const
/** What the drawer shows, also the next time. */
export const noticeTab = ref<keyof typeof noticeTabs>('notices')
