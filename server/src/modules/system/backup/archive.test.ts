import { createHash, randomBytes, randomInt } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { zstdCompressSync } from 'node:zlib'
import tar from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packArchive } from './archive.ts'
import type { Manifest } from './manifest.ts'
import { sealed } from './seal.ts'
import { unpack } from './unpack.ts'

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const contentName = (data: string) => `files/${sha256(data).slice(0, 2)}/${sha256(data)}`
const facts: Omit<Manifest, 'members'> = {
  app: 'crm',
  formatVersion: 1,
  engine: 'sqlite',
  schema: ['0001_a'],
  instanceId: 'x',
  createdAt: '2026-11-22T08:00:00.000Z',
  company: '测试公司',
  counts: { customers: 2 },
}

let home: string
let into: string
let file: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'crm-archive-'))
  into = join(home, 'into')
  file = join(home, 'x.crmbak')
  mkdirSync(into)
})
afterEach(() => rmSync(home, { recursive: true }))

const open = () => unpack({ file, into, withFiles: true })
const codes = async () => (await open()).problems.map(({ code }) => code)

/** A sound backup of a database of 300 KB and one attachment. */
async function makeBackup() {
  writeFileSync(join(home, 'db'), Buffer.concat([Buffer.alloc(200_000, '客户'), randomBytes(100_000)]))
  writeFileSync(join(home, 'doc'), '合同正文')
  const sources = [
    { name: 'crm.db', path: join(home, 'db') },
    { name: contentName('合同正文'), path: join(home, 'doc') },
  ]
  return packArchive({ sources, facts, target: file })
}

type Entry = { name: string; type?: 'file' | 'symlink' | 'link' | 'directory'; linkname?: string; body?: string }
const manifestOf = (entries: readonly Entry[], change: object = {}): Entry => ({
  name: 'manifest.json',
  body: JSON.stringify({
    ...facts,
    members: entries.map(({ name, body = '' }) => ({ name, size: Buffer.byteLength(body), sha256: sha256(body) })),
    ...change,
  }),
})

/** Seals whatever a forger might put together: the checksum alone proves nothing. */
async function forge(entries: readonly Entry[]) {
  const archive = tar.pack()
  for (const { name, type = 'file', linkname, body = '' } of entries)
    archive.entry({ name, type, ...(linkname && { linkname }) }, type === 'file' ? body : '')
  archive.finalize()
  const parts: Buffer[] = []
  for await (const part of archive) parts.push(part as Buffer)
  const chunks: Buffer[] = []
  for await (const chunk of sealed(Readable.from([zstdCompressSync(Buffer.concat(parts))]))) chunks.push(chunk)
  writeFileSync(file, Buffer.concat(chunks))
}
const database: Entry = { name: 'crm.db', body: 'db' }

describe('完好的备份', () => {
  it('解开后与原来逐字节相同,清单记着大小和校验和', async () => {
    const { bytes, members } = await makeBackup()
    const { problems, manifest } = await open()
    expect(problems).toEqual([])
    expect({ bytes, members }).toEqual({ bytes: statSync(file).size, members: 2 })
    expect(manifest).toMatchObject({
      ...facts,
      members: [{ name: 'crm.db', size: 300_000 }, { name: contentName('合同正文') }],
    })
    expect(readFileSync(join(into, 'crm.db')).equals(readFileSync(join(home, 'db')))).toBe(true)
    expect(readFileSync(join(into, contentName('合同正文')), 'utf8')).toBe('合同正文')
  })

  it('只有本人能读', async () => {
    await makeBackup()
    await open()
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(statSync(join(into, 'crm.db')).mode & 0o077).toBe(0)
  })

  it('附件在磁盘上已损坏时不产生备份', async () => {
    writeFileSync(join(home, 'doc'), '被改过')
    const sources = [{ name: contentName('合同正文'), path: join(home, 'doc') }]
    await expect(packArchive({ sources, facts, target: file })).rejects.toThrow(/已损坏/)
  })
})

describe('损坏的备份在写出任何东西之前被拒绝', () => {
  const nothingWritten = () => expect(readdirSync(into)).toEqual([])

  it('任意一个字节翻转:头、每个成员、尾,随机 60 处', async () => {
    await makeBackup()
    const sound = readFileSync(file)
    const places = [
      0,
      9,
      sound.length - 1,
      sound.length - 40,
      sound.length - 90,
      ...Array.from({ length: 60 }, () => randomInt(sound.length)),
    ]
    for (const place of places) {
      const damaged = Buffer.from(sound)
      damaged[place] = (damaged[place] ?? 0) ^ (1 << randomInt(8))
      writeFileSync(file, damaged)
      expect((await codes()).length, `byte ${place}`).toBe(1)
    }
    nothingWritten()
  })

  it.each([0.25, 0.5, 0.99])('截断到 %f', async (part) => {
    await makeBackup()
    truncateSync(file, Math.floor(statSync(file).size * part))
    expect(await codes()).toEqual(['truncated'])
    nothingWritten()
  })

  it('后面多出内容', async () => {
    await makeBackup()
    appendFileSync(file, '\n')
    expect(await codes()).toEqual(['truncated'])
    nothingWritten()
  })

  it.each([
    ['空文件', ''],
    [
      '别的程序的 zip',
      'PK\x03\x04 something else entirely, long enough to hold a footer if there were one, and then some more text',
    ],
    ['一个 SQLite 数据库', `SQLite format 3\0${'x'.repeat(4096)}`],
  ])('%s', async (_what, content) => {
    writeFileSync(file, content)
    expect(await codes()).toEqual(['not_a_backup'])
    nothingWritten()
  })
})

describe('伪造的备份:校验和对得上,内容不对', () => {
  it.each<[string, Entry, string]>([
    ['../ 越出文件夹', { name: '../evil' }, 'unsafe_path'],
    ['绝对路径', { name: '/tmp/crm-evil' }, 'unsafe_path'],
    ['盘符', { name: 'C:\\evil' }, 'unsafe_path'],
    ['符号链接', { name: 'crm.db', type: 'symlink', linkname: '/etc/passwd' }, 'unsafe_path'],
    ['硬链接', { name: 'crm.db', type: 'link', linkname: '/etc/passwd' }, 'unsafe_path'],
    ['文件夹', { name: 'crm.db', type: 'directory' }, 'unsafe_path'],
    ['不认识的成员', { name: 'run.sh', body: 'rm -rf' }, 'member_extra'],
    ['名字像附件的路径', { name: 'files/ab/../../x' }, 'unsafe_path'],
  ])('%s', async (_what, entry, code) => {
    await forge([entry, manifestOf([entry])])
    expect(await codes()).toContain(code)
    expect(existsSync(join(home, 'evil')) || existsSync('/tmp/crm-evil')).toBe(false)
  })

  it('同一成员出现两次', async () => {
    await forge([database, database, manifestOf([database])])
    expect(await codes()).toEqual(['member_extra'])
  })

  it('少了清单列出的成员', async () => {
    await forge([database, manifestOf([database, { name: contentName('a'), body: 'a' }])])
    expect(await codes()).toEqual(['member_missing'])
  })

  it('多了清单没有的成员', async () => {
    await forge([database, { name: contentName('a'), body: 'a' }, manifestOf([database])])
    expect(await codes()).toEqual(['member_extra'])
  })

  it('成员内容与清单不符;附件内容与它的名字不符', async () => {
    await forge([database, manifestOf([{ name: 'crm.db', body: 'xx' }])])
    expect(await codes()).toEqual(['member_changed'])
    rmSync(into, { recursive: true })
    mkdirSync(into)
    const misnamed = { name: contentName('a'), body: 'b' }
    await forge([database, misnamed, manifestOf([database, misnamed])])
    expect(await codes()).toEqual(['member_changed'])
  })

  it('没有数据库、没有清单、清单之后还有成员', async () => {
    await forge([manifestOf([])])
    expect(await codes()).toEqual(['member_missing'])
    await forge([database])
    expect(await codes()).toEqual(['manifest_missing'])
    rmSync(into, { recursive: true })
    mkdirSync(into)
    await forge([manifestOf([database]), database])
    expect(await codes()).toEqual(['member_extra'])
  })

  it.each([
    ['别的程序', { app: 'other' }],
    ['不认识的格式', { formatVersion: 2 }],
    ['缺字段', { counts: null }],
  ])('清单来自%s', async (_what, change) => {
    await forge([database, manifestOf([database], change)])
    expect(await codes()).toEqual(['foreign_app'])
  })

  it('压缩内容不是归档', async () => {
    const chunks: Buffer[] = []
    for await (const chunk of sealed(Readable.from([Buffer.from('not zstd at all')]))) chunks.push(chunk)
    writeFileSync(file, Buffer.concat(chunks))
    expect(await codes()).toEqual(['not_a_backup'])
  })

  it('预先埋在目标里的链接不被跟随', async () => {
    await makeBackup()
    const outside = join(home, 'outside')
    writeFileSync(outside, 'mine')
    symlinkSync(outside, join(into, 'crm.db'))
    expect((await codes()).length).toBe(1)
    expect(readFileSync(outside, 'utf8')).toBe('mine')
  })
})
