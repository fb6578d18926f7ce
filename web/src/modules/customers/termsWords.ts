import { paymentTerms } from '@crm/shared/entities/customer'
import { EMPTY } from '../../core/display/display'
import type { Customer } from './rows'

/** 现结 · 月结 30 天 · 货到 15 天: how and when this customer pays. */
export function termsWords({ terms, termsDays }: Pick<Customer, 'terms' | 'termsDays'>): string {
  if (terms === null) return termsDays === null ? EMPTY : `账期 ${termsDays} 天`
  if (terms === 'cash') return paymentTerms.cash
  const days = !termsDays ? '' : ` ${termsDays} 天`
  return terms === 'monthly' ? `${paymentTerms.monthly}${days}` : days ? `货到${days}` : '货到付款'
}
