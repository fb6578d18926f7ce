import { describe, expect, it } from 'vitest'
import { folded, vcard } from './vcard'

const person = {
  name: '王建国',
  jobTitle: '采购经理',
  department: null,
  email: null,
  wechat: null,
  birthday: null,
  birthdayCalendar: 'solar',
} as const
const company = { name: '上海申诺精密机械有限公司', regionName: null, address: null, website: null }
const lines = (card: string) => card.split('\r\n')

describe('名片 vCard 3.0', () => {
  it('姓名、单位、职务和号码各一行,没有的不写', () => {
    expect(lines(vcard({ ...person, mobile: '13812342041' }, company))).toEqual([
      'BEGIN:VCARD',
      'VERSION:3.0',
      'N:王建国;;;;',
      'FN:王建国',
      'ORG:上海申诺精密机械有限公司',
      'TITLE:采购经理',
      'TEL;TYPE=CELL:13812342041',
      'END:VCARD',
      '',
    ])
  })
  it('分号、逗号、反斜杠和换行不会改变结构', () => {
    const card = vcard({ ...person, name: '李;思,思\\', wechat: 'a\nb' }, company)
    expect(lines(card)).toContain('N:李\\;思\\,思\\\\;;;;')
    expect(lines(card)).toContain('NOTE:微信:a\\nb')
  })
  it('超过 75 字节的行折行,不拆开汉字,接起来还是原样', () => {
    const line = `ADR;TYPE=WORK:;;${'金桥路八百八十八号'.repeat(6)};;;;`
    const parts = folded(line).split('\r\n')
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts) expect(new TextEncoder().encode(part).length).toBeLessThanOrEqual(75)
    expect(parts.map((part, at) => (at === 0 ? part : part.slice(1))).join('')).toBe(line)
  })
  it('农历生日不写进 BDAY', () => {
    expect(vcard({ ...person, birthday: '1985-06-01' }, company)).toContain('BDAY:1985-06-01')
    expect(vcard({ ...person, birthday: '1985-06-01', birthdayCalendar: 'lunar' }, company)).not.toContain('BDAY')
  })
})
