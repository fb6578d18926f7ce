import { ref } from 'vue'

/** Whether the drawer of the bell is open: the bell opens it, and the number on 工作台. */
export const isNoticeDrawerOpen = ref(false)
