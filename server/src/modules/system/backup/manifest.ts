/** What a backup says about itself; the last member of the archive. */
export interface Manifest {
  readonly app: 'crm'
  readonly formatVersion: number
  readonly engine: 'sqlite' | 'postgres'
  /** Names of the migrations applied, oldest first. */
  readonly schema: readonly string[]
  /** Tells installations apart. */
  readonly instanceId: string
  readonly createdAt: string
  readonly company: string
  readonly members: readonly Member[]
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>
}
export interface Member {
  readonly name: string
  readonly size: number
  readonly sha256: string
}

export const FORMAT_VERSION = 1
export const MANIFEST = 'manifest.json'

/** Every name a backup may hold. Whatever else stands in an archive is never written anywhere. */
const MEMBER_NAME = /^(crm\.db|tables\/[A-Za-z]{1,60}\.ndjson|files\/([0-9a-f]{2})\/(\2[0-9a-f]{62}))$/
export const isMemberName = (name: string): boolean => MEMBER_NAME.test(name)
/** Names that would leave the folder they are unpacked in, on any system. */
export const isUnsafeName = (name: string): boolean => /^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(name)
export const isContent = (name: string): boolean => name.startsWith('files/')

/** The manifest in `text`, or why it is none of ours. */
export function readManifest(text: string): Manifest | { readonly foreign: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { foreign: '清单不是 JSON' }
  }
  if (!isRecord(value) || value['app'] !== 'crm') return { foreign: '清单来自别的程序' }
  if (value['formatVersion'] !== FORMAT_VERSION)
    return { foreign: `备份格式 ${String(value['formatVersion'])} 不认识,请用新版本打开` }
  const { engine, schema, instanceId, createdAt, company, members, counts } = value
  const complete =
    (engine === 'sqlite' || engine === 'postgres') &&
    [instanceId, createdAt, company].every((part) => typeof part === 'string') &&
    Array.isArray(schema) &&
    schema.every((name) => typeof name === 'string') &&
    Array.isArray(members) &&
    members.every(isMember) &&
    isRecord(counts) &&
    Object.values(counts).every(Number.isSafeInteger)
  return complete ? (value as unknown as Manifest) : { foreign: '清单不完整' }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isMember = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['name'] === 'string' &&
  Number.isSafeInteger(value['size']) &&
  /^[0-9a-f]{64}$/.test(String(value['sha256']))
