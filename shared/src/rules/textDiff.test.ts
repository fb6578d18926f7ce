import { describe, expect, it } from 'vitest'
import { type DiffLine, diffWords, folded, textDiff } from './textDiff.ts'

/** −taken out−, +put in+, per line. */
const MARKS = { same: '', removed: '−', added: '+' }
const shown = (lines: readonly DiffLine[]) =>
  lines.map(({ kind, parts }) =>
    kind === 'changed'
      ? `~${parts.map(({ kind: of, text }) => `${MARKS[of]}${text}${MARKS[of]}`).join('')}`
      : `${MARKS[kind] || ' '}${parts[0]!.text}`,
  )
const side = (lines: readonly DiffLine[], left: 'removed' | 'added') =>
  lines
    .filter(({ kind }) => kind !== left)
    .map(({ parts }) =>
      parts
        .filter(({ kind }) => kind !== left)
        .map(({ text }) => text)
        .join(''),
    )
    .join('\n')

describe('两版正文的差别', () => {
  it('改了几个字的一行,只标出改的字;数字整个地换', () => {
    expect(
      shown(textDiff('一、货款 10,000.00 元\n二、三十日内付清', '一、货款 12,500.00 元\n二、六十日内付清')),
    ).toEqual(['~一、货款 −10,000.00−+12,500.00+ 元', '~二、−三−+六+十日内付清'])
  })

  it('加一条、删一条、改一条,各归各', () => {
    const before = '第一条 标的\n第二条 价款五万元整\n第三条 验收\n第四条 保密'
    const after = '第一条 标的\n第二条 价款六万元整\n新增一条:质保期为十二个月\n第三条 验收'
    expect(shown(textDiff(before, after))).toEqual([
      ' 第一条 标的',
      '~第二条 价款−五−+六+万元整',
      '+新增一条:质保期为十二个月',
      ' 第三条 验收',
      '−第四条 保密',
    ])
  })

  it('完全不同的一行是删一行、加一行', () => {
    expect(shown(textDiff('货到付款', 'Prepaid in full'))).toEqual(['−货到付款', '+Prepaid in full'])
  })

  it('从没有到有、从有到没有、一样、只是换行符不同', () => {
    expect(shown(textDiff('', '甲\n乙'))).toEqual(['+甲', '+乙'])
    expect(shown(textDiff('甲\n乙', ''))).toEqual(['−甲', '−乙'])
    expect(shown(textDiff('甲\r\n乙', '甲\n乙'))).toEqual([' 甲', ' 乙'])
    expect(textDiff('', '')).toEqual([])
  })

  it('从差别能还原两版,一千份随机的文本', () => {
    let seed = 7
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    const line = () => Array.from({ length: random(6) }, () => '甲乙丙A1 '.charAt(random(6))).join('')
    const text = () => Array.from({ length: 1 + random(7) }, line).join('\n')
    for (let n = 0; n < 1_000; n++) {
      const [before, after] = [text(), text()]
      const lines = textDiff(before, after)
      expect([side(lines, 'added'), side(lines, 'removed')], `${before}→${after}`).toEqual([before, after])
    }
  })

  it('六万字的合同改一处,或者整个换掉,都很快', () => {
    const clauses = Array.from(
      { length: 1_500 },
      (_, n) => `第${n}条 双方约定本条的内容如附件所列,不得违反第${n}号规定。`,
    )
    const long = clauses.join('\n')
    expect(textDiff(long, long.replace('第700号', '第701号')).filter(({ kind }) => kind !== 'same')).toHaveLength(1)
    expect(textDiff(long, 'x\n'.repeat(20_000)).length).toBeGreaterThan(20_000)
    expect(textDiff(long.replaceAll('\n', ''), 'y'.repeat(50_000))).toHaveLength(2)
  })

  it('没有改动的长段落收起,差别前后各留一行', () => {
    const before = '一\n二\n三\n四\n五\n六'
    expect(folded(textDiff(before, before.replace('四', '肆')))).toEqual([
      { kind: 'gap', lines: 2 },
      { kind: 'same', parts: [{ kind: 'same', text: '三' }] },
      { kind: 'removed', parts: [{ kind: 'removed', text: '四' }] },
      { kind: 'added', parts: [{ kind: 'added', text: '肆' }] },
      { kind: 'same', parts: [{ kind: 'same', text: '五' }] },
      { kind: 'gap', lines: 1 },
    ])
  })

  it('只看得到差别的审批人:一行旧的、一行新的,太多时说还有多少', () => {
    expect(diffWords('甲\n三十日内付清\n乙', '甲\n六十日内付清\n乙\n丙')).toBe('− 三十日内付清\n+ 六十日内付清\n+ 丙')
    expect(diffWords('', Array.from({ length: 33 }, (_, n) => `第${n}条`).join('\n'))).toMatch(/\+ 第29条\n…还有 3 行$/)
  })
})
