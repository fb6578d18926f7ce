import { statfs } from 'node:fs/promises'
import { shownConfig } from '@crm/server/config'
import { knownSchema } from '@crm/server/folder'
import { askServer, type Diagnosis, NobodyThereError, refusalOf } from '@crm/server/modules/system/operator/service'
import { perform } from './perform.ts'
import type { Call, CliVerb } from './verb.ts'

const LEAST_FREE_BYTES = 500e6

export const serving: readonly CliVerb[] = [
  {
    name: 'serve',
    summary: '启动服务(与 npm start 相同)',
    usage: '',
    options: {},
    explains: {},
    examples: ['CRM_HOST=0.0.0.0 npm run crm -- serve'],
    words: [0, 0],
    async run() {
      await import('@crm/server/main')
      return { json: {}, text: '' }
    },
  },
  {
    name: 'doctor',
    summary: '显示生效的配置(不含密码)和系统状况',
    usage: '',
    options: {},
    explains: {},
    examples: ['npm run crm -- doctor'],
    words: [0, 0],
    run: doctor,
  },
]

async function doctor(call: Call) {
  const { config } = call
  const shown = shownConfig(config)
  const problems: string[] = []
  const running = await isRunning(call)
  let database: Diagnosis | null = null
  try {
    database = await perform(config, 'doctor', {}, call.say)
  } catch (error) {
    problems.push(refusalOf(error).message)
  }
  const freeBytes = await statfs(config.dataDir).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
  if (freeBytes !== null && freeBytes < LEAST_FREE_BYTES) problems.push(`磁盘只剩 ${Math.floor(freeBytes / 1e6)} MB`)
  if (database && database.pending.length > 0) problems.push(`数据库需要升级:${database.pending.join('、')}`)
  if (database && database.lastBackup === null) problems.push('还没有备份')
  const program = { node: process.version, schema: knownSchema.at(-1) ?? '' }
  const json = { config: shown, program, running, database, freeBytes, problems }
  const lines = [
    ...Object.entries(shown).map(([name, value]) => `${name}=${value}`),
    '',
    `程序\tNode ${program.node},结构 ${program.schema}`,
    `服务\t${running === null ? '请看各台服务的 /readyz' : running ? '运行中' : '未运行'}`,
    ...(database
      ? [
          `数据库\t${database.engine} ${database.version},结构 ${database.schema},操作员 ${database.users} 人`,
          `最近备份\t${database.lastBackup ?? '无'}`,
        ]
      : []),
    ...(freeBytes === null ? [] : [`磁盘剩余\t${Math.floor(freeBytes / 1e6)} MB`]),
    ...problems.map((problem) => `✗ ${problem}`),
  ]
  return { json, text: lines.join('\n') }
}

async function isRunning({ config }: Call): Promise<boolean | null> {
  if (config.dbUrl !== undefined) return null
  try {
    await askServer(config.dataDir, 'doctor', {}, () => {})
    return true
  } catch (error) {
    return !(error instanceof NobodyThereError)
  }
}
