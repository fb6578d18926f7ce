import { describe, expect, it } from 'vitest'
import { isMobile, isPhone, looksMasked, maskPhone, phoneDigits, phoneExtension, phoneFragment } from './phone.ts'

describe('电话查重键', () => {
  it.each([
    '13800132041',
    '138 0013 2041',
    '138-0013-2041',
    '+86 13800132041',
    '+86-138-0013-2041',
    '0086 13800132041',
    '8613800132041',
    '86 13800132041',
    '１３８００１３２０４１',
    '(+86)13800132041',
    ' 138–0013–2041 ',
    '13800132041转8',
    '13800132041-8',
    '013800132041',
  ])('%s 是同一部手机', (text) => {
    expect(phoneDigits(text)).toBe('13800132041')
    expect(isMobile(text)).toBe(true)
  })
  it.each([
    '0755-28781234',
    '(0755)28781234',
    '0755 2878 1234',
    '+86 755 28781234',
    '+86-0755-28781234',
    '86-755-28781234',
    '+86 (755) 2878-1234',
    '0755—28781234',
  ])('%s 是同一部座机', (text) => expect(phoneDigits(text)).toBe('075528781234'))
  it('北京座机从国外拨也是同一个', () => expect(phoneDigits('+86 (10) 6555 1234')).toBe('01065551234'))
  it('美国号码不会当成同数字的手机', () => {
    expect(phoneDigits('+1 877-555-4824')).toBe('0018775554824')
    expect(isMobile('+1 877-555-4824')).toBe(false)
    expect(phoneDigits('00852 2123 4567')).toBe(phoneDigits('+852 21234567'))
  })
  it.each(['', '无', 'tel', '12', '--'])('没有号码: %s', (text) => expect(phoneDigits(text)).toBeNull())
})

describe('分机', () => {
  it.each([
    '0755-28781234转801',
    '0755-28781234-801',
    '0755-28781234 ext.801',
    '0755-28781234x801',
    '(0755)28781234#801',
    '0755-28781234分机:801',
    '0755-28781234轉801',
  ])('%s', (text) => {
    expect(phoneExtension(text)).toBe('801')
    expect(phoneDigits(text)).toBe('075528781234')
    expect(isPhone(text)).toBe(true)
  })
  it('400 转分机', () =>
    expect([phoneDigits('400-123-4567转1'), phoneExtension('400-123-4567-1')]).toEqual(['4001234567', '1']))
  it('本地号码带分机', () =>
    expect([phoneDigits('28781234-801'), phoneExtension('28781234-801')]).toEqual(['28781234', '801']))
  it.each(['400-123-4567', '4001-234-567', '0898-6512-3456', '010 8346 1234', '+1-312-555-6901', '13800132041'])(
    '%s 没有分机',
    (text) => expect(phoneExtension(text)).toBeNull(),
  )
})

describe('是不是电话', () => {
  it.each([
    '13800132041',
    '138 0013 2041',
    '0755-28781234',
    '010-65551234',
    '0310-1234567',
    '02161234567',
    '400-123-4567',
    '8001234567',
    '95588',
    '950801',
    '9510111',
    '955111111',
    '1069123456789012',
    '021-961234',
    '010-96123',
    '12583112345',
    '110',
    '12345',
    '6712',
    '65551234',
    '+1-312-555-6901',
    '+1(412)555-6602',
    '+852 21234567',
    '+853 1234',
    '+61 132000',
    '6502530111',
    '１３８００１３２０４１',
  ])('%s 是', (text) => expect(isPhone(text)).toBe(true))
  it.each([
    '',
    '12',
    '无',
    '张三13800132041',
    '1380013204',
    '138001320411',
    '0755',
    '0755-287',
    '13800132041,13900132041',
    '138****2041',
    'abcdefg',
    '123456789012345678901',
    '13800132041 13900132041 13700132',
    '+',
    '---',
    '+1',
    "1'or'1",
  ])('%s 不是', (text) => expect(isPhone(text)).toBe(false))
})

describe('搜索框里的号码', () => {
  it.each([
    ['138 0013', '1380013'],
    ['+86 138', '138'],
    ['+86 13800132041', '13800132041'],
    ['0755-2878', '07552878'],
    ['2041', '2041'],
    ['+852 2123', '8522123'],
    ['0755-28781234转801', '075528781234'],
  ])('%s', (text, digits) => expect(phoneFragment(text)).toBe(digits))
  it.each(['平安', 'KH202611', '12', '', '138a'])('%s 不只是号码', (text) => expect(phoneFragment(text)).toBeNull())
})

describe('电话脱敏', () => {
  it.each([
    ['13800132041', '138****2041'],
    ['+86 138 0013 2041', '138****2041'],
    ['0755-28788888', '0755****8888'],
    ['0755-28788888转801', '0755****8888'],
    ['010-65551234', '010****1234'],
    ['+86 (10) 6555 1234', '010****1234'],
    ['400-123-4567', '4****4567'],
    ['28781234', '****1234'],
    ['950801', '****801'],
    ['95588', '****88'],
    ['110', '****0'],
    ['+852 21234567', '+852****4567'],
    ['+853 1234', '+****234'],
    ['张三', '****'],
    ['', ''],
  ])('%s', (text, masked) => expect(maskPhone(text)).toBe(masked))

  it('任何长度都藏住至少四位,短号至多露一半', () => {
    for (let length = 3; length <= 20; length++) {
      const shown = maskPhone('9'.repeat(length)).replaceAll('*', '').length
      expect(shown).toBeLessThanOrEqual(length < 11 ? Math.floor(length / 2) : length - 4)
    }
  })
  it('脱敏后的样子认得出,也存不进去', () => {
    for (const text of ['13800132041', '0755-28788888', '95588', '+852 21234567']) {
      expect(looksMasked(maskPhone(text))).toBe(true)
      expect(isPhone(maskPhone(text))).toBe(false)
      expect(looksMasked(text)).toBe(false)
    }
  })
  it('五万字不慢', () => {
    const startedAt = Date.now()
    for (const run of [
      'a'.repeat(50_000) + '!',
      ' '.repeat(50_000) + '!',
      '1-'.repeat(25_000) + '!',
      '转'.repeat(50_000),
    ]) {
      isPhone(run)
      maskPhone(run)
      phoneFragment(run)
    }
    expect(Date.now() - startedAt).toBeLessThan(400)
  })
})
