import { Refusal } from '@crm/server/core/refusal'
import { perform } from './perform.ts'
import { type Call, type CliVerb, flag, text, type Values } from './verb.ts'

/** The first line of standard input, so that no password stands in the shell's history or in `ps`. */
async function passwordOf(values: Values): Promise<string> {
  if (values['password-stdin'] !== true) throw new Refusal('usage', '请用 --password-stdin,并从标准输入给出密码')
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  const password = Buffer.concat(parts).toString('utf8').split(/\r?\n/, 1)[0] ?? ''
  if (password === '') throw new Refusal('usage', '标准输入里没有密码')
  return password
}

const need = (values: Values, option: string): string => {
  const value = values[option]
  if (typeof value !== 'string' || value === '') throw new Refusal('usage', `缺少 --${option}`)
  return value
}
const given = (values: Values, option: string): string | undefined =>
  typeof values[option] === 'string' && values[option] !== '' ? values[option] : undefined
const listOf = (value: string | undefined): string[] =>
  (value ?? '')
    .split(/[,,]/)
    .map((part) => part.trim())
    .filter(Boolean)

const PASSWORD = '密码取自标准输入的第一行,至少 8 位'

export const people: readonly CliVerb[] = [
  {
    name: 'init',
    summary: '第一次运行:建立管理员、角色和基础资料',
    usage: '--admin NAME --password-stdin [--company NAME]',
    options: { admin: text, 'password-stdin': flag, company: text },
    explains: { admin: '管理员的用户名', 'password-stdin': PASSWORD, company: '公司名称,以后可在设置里改' },
    examples: ["echo '请换成自己的密码' | npm run crm -- init --admin admin --password-stdin --company '某某有限公司'"],
    words: [0, 0],
    async run({ config, say, values }) {
      const admin = need(values, 'admin')
      const made = await perform(
        config,
        'init',
        { admin, password: await passwordOf(values), company: given(values, 'company') ?? '我的公司' },
        say,
      )
      return { json: made, text: `已建立管理员 ${made.username}(编号 ${made.id}),现在可以登录了` }
    },
  },
  {
    name: 'user add',
    summary: '新建操作员',
    usage: 'USERNAME --password-stdin [--name NAME] [--role ROLE,…] [--team TEAM]',
    options: { 'password-stdin': flag, name: text, role: text, team: text },
    explains: {
      'password-stdin': PASSWORD,
      name: '姓名,默认同用户名',
      role: '角色名称,可用逗号分隔多个',
      team: '部门名称',
    },
    examples: ["echo '请换成自己的密码' | npm run crm -- user add zhangsan --password-stdin --name 张三 --role 业务员"],
    words: [1, 1],
    async run({ config, say, values, words }) {
      const [name, team] = [given(values, 'name'), given(values, 'team')]
      const args = {
        username: words[0] as string,
        password: await passwordOf(values),
        roles: listOf(given(values, 'role')),
        ...(name && { name }),
        ...(team && { team }),
      }
      const made = await perform(config, 'user add', args, say)
      return { json: made, text: `已新建操作员 ${made.username}(编号 ${made.id})` }
    },
  },
  {
    name: 'user passwd',
    summary: '重置操作员的密码,其所有登录立即失效',
    usage: 'USERNAME --password-stdin',
    options: { 'password-stdin': flag },
    explains: { 'password-stdin': PASSWORD },
    examples: ["echo '请换成自己的密码' | npm run crm -- user passwd zhangsan --password-stdin"],
    words: [1, 1],
    async run({ config, say, values, words }) {
      const changed = await perform(
        config,
        'user passwd',
        { username: words[0] as string, password: await passwordOf(values) },
        say,
      )
      return { json: changed, text: `已重置 ${changed.username} 的密码` }
    },
  },
  {
    name: 'user disable',
    summary: '停用操作员,其所有登录立即失效',
    usage: 'USERNAME',
    options: {},
    explains: {},
    examples: ['npm run crm -- user disable zhangsan'],
    words: [1, 1],
    async run({ config, say, words }) {
      const changed = await perform(config, 'user disable', { username: words[0] as string }, say)
      return { json: changed, text: `已停用 ${changed.username}` }
    },
  },
  {
    name: 'user list',
    summary: '列出操作员',
    usage: '',
    options: {},
    explains: {},
    examples: ['npm run crm -- user list --json'],
    words: [0, 0],
    async run({ config, say }) {
      const { users } = await perform(config, 'user list', {}, say)
      const line = (user: (typeof users)[number]) =>
        [
          user.id,
          user.username,
          user.name,
          user.team ?? '-',
          user.roles.join('、') || '-',
          user.disabled ? '已停用' : '启用',
        ].join('\t')
      return { json: { users }, text: ['编号\t用户名\t姓名\t部门\t角色\t状态', ...users.map(line)].join('\n') }
    },
  },
  {
    name: 'token create',
    summary: '新建 API 令牌,只显示这一次',
    usage: '--user NAME [--label TEXT] [--scope PERMISSION,…] [--expires DAYS]',
    options: { user: text, label: text, scope: text, expires: text },
    explains: {
      user: '以哪个操作员的身份',
      label: '用途,便于日后辨认',
      scope: '只给这些权限,默认为该操作员的全部权限',
      expires: '多少天后失效,默认不失效',
    },
    examples: [
      'npm run crm -- token create --user admin --expires 90 --json',
      'npm run crm -- token create --user admin --scope customer.read,contact.read',
    ],
    words: [0, 0],
    async run({ config, say, values }: Call) {
      const [label, scope, expires] = [given(values, 'label'), given(values, 'scope'), given(values, 'expires')]
      if (expires !== undefined && !/^\d{1,4}$/.test(expires)) throw new Refusal('usage', '--expires 应为天数')
      const args = {
        username: need(values, 'user'),
        ...(label && { label }),
        ...(scope !== undefined && { scope: listOf(scope) }),
        ...(expires && { expiresDays: Number(expires) }),
      }
      const made = await perform(config, 'token create', args, say)
      return { json: made, text: `${made.token}\n请现在保存,以后不再显示(编号 ${made.id})` }
    },
  },
]
