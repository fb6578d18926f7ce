import { toast } from '../../../core/toast'
import { isMasked, type PhoneOf, type Reveal } from './useReveal'

/** Hands a number to the telephone; a masked one is asked for first (and logged). */
export const useDial =
  (reveal: Reveal) =>
  async (shown: string, phone: PhoneOf): Promise<void> => {
    const number = isMasked(shown) ? (reveal.revealed(phone)?.number ?? (await reveal.reveal(phone))) : shown
    if (number) location.href = `tel:${number.replace(/[^\d+]/g, '')}`
    else toast(reveal.failureOf(phone) || '没有可以拨打的号码')
  }
