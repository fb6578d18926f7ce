import type { Generated } from 'kysely'
import type { dictItem, tag } from '@crm/shared/entities/base'
import type { BulkVerb } from '@crm/shared/contract/bulk'
import type { announcement } from '@crm/shared/entities/announcement'
import type { contact } from '@crm/shared/entities/contact'
import type { customer } from '@crm/shared/entities/customer'
import type { document } from '@crm/shared/entities/document'
import type { interaction } from '@crm/shared/entities/interaction'
import type { reminder } from '@crm/shared/entities/reminder'
import type { feedback } from '@crm/shared/entities/feedback'
import type { pool } from '@crm/shared/entities/pool'
import type { role, team, user } from '@crm/shared/entities/user'
import type { TableOf } from '@crm/shared/kernel/entity'
import type { ApprovalTables } from './schema.approvals.ts'
import type { ExportTables } from './schema.exports.ts'
import type { ImportTables } from './schema.imports.ts'
import type { MergeTables } from './schema.merges.ts'
import type { TradeTables } from './schema.trade.ts'

type Stored<T> = { [K in keyof T]: K extends 'id' ? Generated<number> : T[K] }

/** Every table: an entity's columns come from its facts, the rest is written here. Instants and days are text. */
export interface DB extends ApprovalTables, ExportTables, ImportTables, MergeTables, TradeTables {
  users: Stored<TableOf<typeof user>>
  teams: Stored<TableOf<typeof team>>
  roles: Stored<TableOf<typeof role>>
  userRoles: { userId: number; roleId: number }
  tags: Stored<TableOf<typeof tag>>
  dictItems: Stored<TableOf<typeof dictItem>>

  customers: Omit<Stored<TableOf<typeof customer>>, 'number' | 'isLocked'> & {
    isLocked: Generated<0 | 1>
    number: string
    /** Equal keys are the same company; an approved twin carries the next number. */
    nameKey: string
    twinNo: number
    initials: string
    /** As search compares: folded (NFKC, lower case). */
    nameFolded: string
    shortFolded: string
    nameLength: number
    /** Everything the customer is found by except numbers, folded, one text per line. */
    searchText: string
    /** Of a follow-up that counts for 公海: by owner or collaborator, with a text, not back-dated. */
    lastValidFollowUpAt: string | null
    /** Since when it lies in its pool. */
    pooledAt: string | null
    /** Since when its owner has it: what the rules of 公海 count from. */
    receivedAt: string | null
    /** In the recycle bin because it became part of that customer. */
    mergedIntoId: number | null
  }
  notifications: {
    id: Generated<number>
    userId: number
    kind: string
    title: string
    body: string | null
    /** A path within the pages. */
    link: string | null
    customerId: number | null
    /** A second one with the same key is not told again. */
    onceKey: string | null
    createdAt: string
    readAt: string | null
  }
  /** `counts`: whether it extends the customer's stay with its owner (domain §1). */
  interactions: Stored<TableOf<typeof interaction>> & { counts: 0 | 1 }
  interactionComments: {
    id: Generated<number>
    interactionId: number
    authorId: number
    text: string
    createdAt: string
  }
  reminders: Omit<Stored<TableOf<typeof reminder>>, 'assigneeId'> & {
    assigneeId: number
    /** The first of its series, from which all others are counted. */
    anchorAt: string
    /** The due instant that was told; another one is still to be told. */
    firedFor: string | null
    /** What was made when this one was done. */
    nextId: number | null
  }
  /** SHA-256 of the secret in the address; the address itself is shown once and kept nowhere. */
  calendarFeeds: { id: Generated<number>; userId: number; hash: string; createdAt: string }
  /** Days off and worked days of years the product did not ship, or that were corrected. */
  holidays: { id: Generated<number>; day: string; kind: 'rest' | 'work'; name: string }
  feedback: Stored<TableOf<typeof feedback>>
  inactivityRules: {
    id: Generated<number>
    teamId: number | null
    level: string | null
    ownerDays: number
    managerDays: number | null
    directorDays: number | null
  }
  /** Each step once per silence; `since` is what it began with. */
  inactivityTold: {
    id: Generated<number>
    customerId: number
    step: 'owner' | 'manager' | 'director'
    since: string
    userId: number
    onDay: string
  }
  /** Days whose report is complete. */
  inactivityRuns: { id: Generated<number>; onDay: string }
  /** Deviations from the defaults: on the pages, not on the desktop, not by mail. */
  noticeSwitches: { userId: number; kind: string; site: 0 | 1; desktop: 0 | 1; mail: 0 | 1 }
  /** Whoever wanted mail at some time: the last day they had it, and the last notice they were sent. */
  mailDigests: { userId: number; day: string; lastId: number }
  customerTags: { customerId: number; tagId: number }
  contacts: Stored<TableOf<typeof contact>> & { initials: string; searchText: string }
  pools: Stored<TableOf<typeof pool>>
  poolTeams: { poolId: number; teamId: number }
  poolMembers: { poolId: number; userId: number }
  poolManagers: { poolId: number; userId: number }
  /** Days of a level where they differ from the pool's; 0 = never. */
  poolLevelDays: {
    poolId: number
    level: string
    followUpDays: number | null
    dealDays: number | null
    contractDays: number | null
  }
  /** What was chosen to be changed together. */
  bulkRuns: {
    id: Generated<number>
    token: string
    actorId: number
    verb: BulkVerb
    ids: string
    state: 'counted' | 'running' | 'done'
    asked: string | null
    reply: string | null
    createdAt: string
    startedAt: string | null
  }
  announcements: Stored<TableOf<typeof announcement>>
  announcementTeams: { announcementId: number; teamId: number }
  announcementReads: { announcementId: number; userId: number; readAt: string }
  /** One run of the rules. */
  poolBatches: {
    id: Generated<number>
    onDay: string
    state: 'running' | 'done' | 'undone'
    moved: number
    returned: number
    actorId: number | null
    createdAt: string
    undoneAt: string | null
  }
  /** Every change of hands: only ever added to. */
  poolMoves: {
    id: Generated<number>
    customerId: number
    fromOwnerId: number | null
    toOwnerId: number | null
    fromPoolId: number | null
    toPoolId: number | null
    cause: string
    note: string | null
    batchId: number | null
    onDay: string
    at: string
    actorId: number | null
    /** What an undo gives back, as JSON. */
    kept: string | null
  }
  /** Only ever added to: what counts against 每天领取. */
  poolClaims: { id: Generated<number>; userId: number; poolId: number; customerId: number; onDay: string; at: string }
  poolExtensions: {
    id: Generated<number>
    customerId: number
    days: number
    reason: string
    state: 'asked' | 'granted' | 'refused'
    askedById: number | null
    askedAt: string
    decidedById: number | null
    decidedAt: string | null
  }
  /** 申请协作: a colleague asks the owner of a customer that 查重 told him of. */
  sharingRequests: {
    id: Generated<number>
    customerId: number
    askedById: number
    askedOfId: number
    /** As 查重 showed it. */
    shownName: string
    reason: string
    state: 'asked' | 'granted' | 'refused' | 'lapsed'
    access: 'read' | 'edit' | null
    askedAt: string
    expiresAt: string
    decidedById: number | null
    decidedAt: string | null
  }
  collaborators: { entity: string; recordId: number; userId: number; access: 'read' | 'edit'; createdAt: string }
  /** Derived: every number of a customer or contact as digits, for search and duplicate checks. */
  phoneNumbers: {
    id: Generated<number>
    entity: 'customer' | 'contact'
    recordId: number
    customerId: number
    digits: string
    lastFour: string
  }

  credentials: { userId: number; passwordHash: string; changedAt: string }
  signIns: {
    id: string
    userId: number
    createdAt: string
    expiresAt: string
    endedAt: string | null
    address: string
    agent: string
  }
  apiTokens: {
    id: Generated<number>
    userId: number
    name: string
    prefix: string
    /** SHA-256 of the whole token; the token itself is shown once and kept nowhere. */
    hash: string
    /** Permissions it is limited to, comma-separated; null = all of its user's. */
    scope: string | null
    createdAt: string
    expiresAt: string | null
    lastUsedAt: string | null
    revokedAt: string | null
  }
  limits: { key: string; count: number; resetsAt: string }
  idempotencyKeys: {
    actorId: number
    route: string
    key: string
    bodyHash: string
    status: number
    reply: string
    createdAt: string
  }
  /** One row; triggers count it up when users, roles or teams change, so that rights may be remembered until then. */
  rightsVersion: { id: number; n: number }

  auditLog: {
    id: Generated<number>
    at: string
    actorId: number | null
    actorName: string
    via: string
    address: string | null
    entity: string
    recordId: number | null
    action: string
    before: string | null
    after: string | null
    note: string | null
  }
  auditSeals: { id: Generated<number>; fromId: number; toId: number; hash: string; createdAt: string }

  sequences: { name: string; next: number }
  settings: { name: string; value: string }
  secrets: { name: string; value: string }
  jobs: {
    name: string
    dueAt: string
    leasedBy: string | null
    leasedUntil: string | null
    lastRunAt: string | null
    lastProblem: string | null
  }
  outbox: {
    id: Generated<number>
    kind: string
    payload: string
    createdAt: string
    doneAt: string | null
    attempts: number
    lastProblem: string | null
  }

  documents: Stored<TableOf<typeof document>>

  schemaMigrations: { name: string; appliedAt: string }
}
