import { shallowRef } from 'vue'

export interface Question {
  readonly title: string
  readonly detail?: string
  /** Verb and noun: 删除客户, 放弃修改. */
  readonly yes: string
  readonly no?: string
  readonly isDangerous?: boolean
  /** The answer must be typed (a name) before `yes` works. */
  readonly typed?: string
}
interface Asked extends Question {
  readonly answer: (yes: boolean) => void
}
export const question = shallowRef<Asked | null>(null)

/** Asks one question above everything; true = yes. A second question answers the first with no. */
export function confirm(asked: Question): Promise<boolean> {
  question.value?.answer(false)
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (yes) => {
        question.value = null
        resolve(yes)
      },
    }
  })
}
