/** 交货提醒. */
export { deliveryRemindersWanted, remindOfDeliveries } from './report.ts'
