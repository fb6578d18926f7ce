/** 大额业务提醒 and 折扣提醒. */
export { type BigDeal, noticeBigDeal } from './notice.ts'
