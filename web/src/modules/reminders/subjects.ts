import type { SubjectShown } from '@crm/shared/contract/reminders'
import { type ReminderSubject, reminderSubjects } from '@crm/shared/entities/reminder'
import { recordPath } from '@crm/shared/rules/recordPath'

/** Whose page a panel of reminders stands on. */
export type About =
  | { readonly kind: 'customer'; readonly id: number; readonly name: string }
  | { readonly kind: 'record'; readonly type: ReminderSubject; readonly id: number; readonly name: string }

const STATES = { live: '', void: '(已作废)', deleted: '(已删除)', unseen: '(已删除或无权查看)' } as const
/** 订单 DD202611-0007(已作废) */
export const subjectWords = ({ state, title, type }: SubjectShown): string =>
  `${[reminderSubjects[type], title].filter(Boolean).join(' ')}${STATES[state]}`
/** Null where there is nothing to be seen any more. */
export const subjectLink = ({ id, state, type }: SubjectShown): string | null =>
  state === 'live' || state === 'void' ? recordPath(type, id) : null
