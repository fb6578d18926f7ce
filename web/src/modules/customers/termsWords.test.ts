import { expect, it } from 'vitest'
import { termsWords } from './termsWords'

it('结算方式和账期连成一句话', () => {
  expect(termsWords({ terms: 'monthly', termsDays: 30 })).toBe('月结 30 天')
  expect(termsWords({ terms: 'net', termsDays: 15 })).toBe('货到 15 天')
  expect(termsWords({ terms: 'net', termsDays: null })).toBe('货到付款')
  expect(termsWords({ terms: 'cash', termsDays: 30 })).toBe('现结')
  expect(termsWords({ terms: null, termsDays: 45 })).toBe('账期 45 天')
  expect(termsWords({ terms: null, termsDays: null })).toBe('—')
})
