import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, resolve } from 'node:path'
import { systemClock } from '@crm/server/core/clock'
import { Refusal } from '@crm/server/core/refusal'
import { knownSchema } from '@crm/server/folder'
import { backupsIn, verifyBackup } from '@crm/server/modules/system/backup/service'
import { resets } from '@crm/server/modules/system/operator/service'
import { perform } from './perform.ts'
import { type CliVerb, flag, type Outcome, text } from './verb.ts'

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
const rowsOf = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)

/** `{ ok, problems }` as a person reads it. */
function verdict(problems: readonly { readonly code: string; readonly detail: string }[], sound: string): Outcome {
  const ok = problems.length === 0
  return {
    ok,
    json: { ok, problems },
    text: ok ? sound : problems.map(({ code, detail }) => `✗ ${code}\t${detail}`).join('\n'),
  }
}

export const data: readonly CliVerb[] = [
  {
    name: 'backup',
    summary: '备份(不停机):数据库、附件和清单,写好即校验',
    usage: '[--to DIR]',
    options: { to: text },
    explains: { to: '放到这个文件夹,默认 CRM_BACKUP_DIR' },
    examples: ['npm run crm -- backup', 'npm run crm -- backup --to /mnt/usb --json'],
    words: [0, 0],
    async run({ config, say, values }) {
      const to = typeof values['to'] === 'string' ? { to: resolve(values['to']) } : {}
      const report = await perform(config, 'backup', to, say)
      return { json: report, text: `已备份到 ${report.file}(${megabytes(report.bytes)},${rowsOf(report.counts)} 行)` }
    },
  },
  {
    name: 'verify',
    summary: '校验备份:每个字节、每个成员、数据库完整性与行数',
    usage: 'FILE | --all',
    options: { all: flag },
    explains: { all: '校验 CRM_BACKUP_DIR 里的全部备份' },
    examples: ['npm run crm -- verify data/backups/crm-20261122-020000.crmbak', 'npm run crm -- verify --all --json'],
    words: [0, 1],
    async run({ config, say, values, words }) {
      const all = values['all'] === true
      if (all === (words.length === 1)) throw new Refusal('usage', '请给出一个备份文件,或 --all')
      const files = all ? await backupsIn(config.backupDir) : [resolve(words[0] as string)]
      if (files.length === 0) throw new Refusal('precondition', `${config.backupDir} 里没有备份`)
      const workDir = existsSync(config.dataDir) ? config.dataDir : tmpdir()
      const found = []
      for (const file of files) {
        say(`校验 ${file}`)
        const { problems } = await verifyBackup(file, workDir, systemClock(config.zone), knownSchema)
        found.push(
          ...problems.map(({ code, detail }) => ({ code, detail: all ? `${basename(file)}:${detail}` : detail })),
        )
      }
      return verdict(found, `${files.length} 份备份完好`)
    },
  },
  {
    name: 'restore',
    summary: '恢复备份:先完整校验,再备份现状,然后整体替换;所有人需重新登录',
    usage: 'FILE --yes',
    options: { yes: flag },
    explains: { yes: '不再询问' },
    examples: ['npm run crm -- restore data/backups/crm-20261122-020000.crmbak --yes'],
    words: [1, 1],
    confirm: ({ config, words }) =>
      `将用 ${words[0]} 替换 ${config.dbUrl === undefined ? config.dataDir : 'PostgreSQL'} 里的全部数据`,
    async run({ config, say, words }) {
      const report = await perform(config, 'restore', { file: resolve(words[0] as string) }, say)
      const lines = [
        `已恢复到 ${report.createdAt} 的状态(${rowsOf(report.counts)} 行),所有人需要重新登录`,
        '操作员、权限、停用状态和 API 令牌也回到了那时的样子,请核对',
        ...(report.safetyBackup ? [`恢复前的数据已备份到 ${report.safetyBackup}`] : []),
        ...(report.kept ? [`原数据库文件保留为 ${report.kept}`] : []),
      ]
      return { json: report, text: lines.join('\n') }
    },
  },
  {
    name: 'check',
    summary: '检查数据:完整性、外键、审计链、搜索索引、附件',
    usage: '',
    options: {},
    explains: {},
    examples: ['npm run crm -- check --json'],
    words: [0, 0],
    run: async ({ config, say }) => verdict((await perform(config, 'check', {}, say)).problems, '没有发现问题'),
  },
  {
    name: 'reset',
    summary: '系统初始化:备份后清空业务数据,保留设置、操作员和日志',
    usage: 'MODULE… --yes',
    options: { yes: flag },
    explains: {
      yes: '不再询问',
      ...Object.fromEntries(Object.entries(resets).map(([name, { label }]) => [`模块 ${name}`, label])),
    },
    examples: ['npm run crm -- reset customers --yes'],
    words: [1, 20],
    confirm: ({ words }) => `将清空:${words.map((name) => resets[name]?.label ?? name).join('、')}`,
    async run({ config, say, words }) {
      const report = await perform(config, 'reset', { modules: words }, say)
      const removed = Object.entries(report.removed).map(([table, n]) => `${table} ${n} 行`)
      return { json: report, text: `已清空 ${removed.join(',')};之前的数据备份在 ${report.backup}` }
    },
  },
  {
    name: 'migrate',
    summary: '把数据库升级到当前程序的结构(有数据时先备份)',
    usage: '',
    options: {},
    explains: {},
    examples: ['npm run crm -- migrate'],
    words: [0, 0],
    async run({ config, say }) {
      const { applied } = await perform(config, 'migrate', {}, say)
      return { json: { applied }, text: applied.length > 0 ? `已升级:${applied.join('、')}` : '已是最新' }
    },
  },
]
