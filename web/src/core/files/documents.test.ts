import { describe, expect, it } from 'vitest'
import { canPreview, contentUrl, isRisky, kindText, sizeText } from './documents'

describe('文档怎么显示', () => {
  it('大小按人的习惯写', () => {
    expect([0, 1023, 1024, 1_048_575, 1_048_576, 20 * 1024 * 1024].map(sizeText)).toEqual([
      '0 B',
      '1023 B',
      '1 KB',
      '1024 KB',
      '1.0 MB',
      '20.0 MB',
    ])
  })
  it('图片、PDF、纯文本可以预览,别的只能下载', () => {
    const types = ['image/png', 'application/pdf', 'text/plain; charset=utf-8', 'application/octet-stream', 'text/html']
    expect(types.map((mediaType) => canPreview({ mediaType }))).toEqual([true, true, true, false, false])
  })
  it('可能带程序的提醒一声', () => {
    const names = ['合同.pdf', '安装.EXE', '宏.xlsm', '表.xlsx', '页面.html', 'exe']
    expect(names.map((name) => isRisky({ name }))).toEqual([false, true, true, false, true, false])
  })
  it('类型的短名和下载地址', () => {
    expect(['合同.docx', 'README', 'a.tar.gz'].map(kindText)).toEqual(['DOCX', '文件', 'GZ'])
    expect(contentUrl({ id: 7 })).toBe('/api/documents/7/content')
    expect(contentUrl({ id: 7 }, true)).toBe('/api/documents/7/content?download=true')
  })
})
