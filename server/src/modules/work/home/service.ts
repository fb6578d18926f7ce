/** 工作台. */
export { followUpBlocks, noticeBlocks, reminderBlocks } from './blocks.ts'
export { readHome } from './home.ts'
