import { entityOf } from '@crm/shared/entities/index'
import { type CreateOf, type Entity, rightTo, type RowOf, type UpdateOf } from '@crm/shared/kernel/entity'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { sql } from '../../db/sql.ts'
import { isUniqueViolation } from '../../db/trouble.ts'
import type { Read, Tx } from '../../db/store.ts'
import { type Actor, can } from '../access/actor.ts'
import { audit } from '../access/audit.ts'
import { type ListExtra, listRows } from './list.ts'
import { saveLinks } from './links.ts'
import { withoutCosts, withoutMasks } from '../access/mask.ts'
import { forbidden, notFound, problem, stale } from '../problem.ts'
import { checkReferences } from './references.ts'
import { type Raw, rowsByIds, snapshot, storedRow, tables, toColumns } from './rows.ts'
import { parentField, visible } from '../access/scope.ts'

/** The verbs every entity shares: plain functions a module calls, checks before and follows up after. `removing` is the permission to delete, which opens the recycle bin. */
export function crud<E extends Entity>(entity: E, removing = rightTo(entity, 'delete')) {
  const { label, name, table } = entity

  /** 404 when the row is out of sight; 403 when it may be read but not this. Whoever may change what he cannot read is not told of it either. */
  async function reach(db: Read | Tx, actor: Actor, id: number, permission: string): Promise<void> {
    const { rows } = await sql<{
      may: number
    }>`select case when ${visible(actor, entity, permission)} then 1 else 0 end as may from ${sql.table(table)}
      where ${sql.ref(`${table}.id`)} = ${id} and ${sql.ref(`${table}.deletedAt`)} is null and ${visible(actor, entity, rightTo(entity, 'read'))}`.execute(
      db as Tx,
    )
    const [row] = rows
    if (!row) throw notFound(label)
    if (row.may !== 1) throw forbidden(`没有对这个${label}执行此操作的权限`)
  }

  /** In the recycle bin, and within the circle of whoever may delete there. */
  async function reachRecycled(db: Read | Tx, actor: Actor, id: number): Promise<void> {
    const { rows } = await sql`select 1 from ${sql.table(table)} where ${sql.ref(`${table}.id`)} = ${id}
      and ${sql.ref(`${table}.deletedAt`)} is not null and ${visible(actor, entity, rightTo(entity, 'delete'))}`.execute(
      db as Tx,
    )
    if (rows.length === 0) throw notFound(`回收站里的${label}`)
  }

  async function show(db: Read | Tx, actor: Actor, id: number): Promise<RowOf<E>> {
    const [row] = await rowsByIds(db, actor, entity, [id])
    if (!row) throw notFound(label)
    return row
  }

  async function find(db: Read | Tx, actor: Actor, id: number): Promise<RowOf<E>> {
    await reach(db, actor, id, rightTo(entity, 'read'))
    return show(db, actor, id)
  }

  /**
   * A row must lie where its writer may write: the parent of a new or moved child is checked like the child itself. Asked
   * before all other references, so that a parent out of sight and one that does not exist get the same answer.
   */
  async function checkParent(
    db: Read | Tx,
    actor: Actor,
    values: Raw,
    permission: string,
    before: Raw = {},
  ): Promise<void> {
    const via = parentField(entity)
    if (via === null) return
    const parentId = values[via]
    if (parentId === undefined || parentId === before[via]) return
    const field = entity.fields[via] as { to: string; label: string }
    const parent = entityOf(field.to)
    const { rows } = await sql<{
      may: number
    }>`select case when ${visible(actor, parent, permission)} then 1 else 0 end as may from ${sql.table(parent.table)}
      where ${sql.ref(`${parent.table}.id`)} = ${parentId} and ${sql.ref(`${parent.table}.deletedAt`)} is null and ${visible(actor, parent, rightTo(parent, 'read'))}`.execute(
      db as Tx,
    )
    const refuse = (code: 'not_found' | 'forbidden', message: string) =>
      problem(code, message, { errors: [{ field: via, message }] })
    if (!rows[0]) throw refuse('not_found', `${field.label}不存在或无权查看`)
    if (rows[0].may !== 1)
      throw refuse(
        'forbidden',
        `没有在这个${parent.label}下${permission.endsWith('.create') ? '新建' : '存放'}${label}的权限`,
      )
  }

  /** Names the field whose value another row holds already. */
  async function unique<T>(values: Raw, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const violated = isUniqueViolation(error)
      const key = violated ? violated.columns.find((column) => entity.fields[column]) : undefined
      if (!key) throw error
      const message = `${entity.fields[key]!.label}“${String(values[key] ?? '')}”已被使用`
      throw problem('taken', message, { errors: [{ field: key, message }] })
    }
  }

  return {
    entity,
    checkParent,
    find,
    reach,
    reachRecycled,
    list: (db: Read | Tx, actor: Actor, query: ListQuery, extra?: ListExtra): Promise<Page<RowOf<E>>> => {
      if (query.deleted === 'only' && !can(actor, removing)) throw forbidden('没有查看回收站的权限')
      return listRows(db, actor, entity, query, extra)
    },

    /** `derived` are columns the module computes; they are no part of the row people see. */
    async create(tx: Tx, actor: Actor, body: CreateOf<E>, derived: Raw = {}): Promise<RowOf<E>> {
      const values = withoutCosts(actor, entity, withoutMasks(entity, body as Raw, {}))
      await checkParent(tx, actor, values, rightTo(entity, 'create'))
      // The parent was just found, and alive.
      const via = parentField(entity)
      await checkReferences(tx, entity, values, via === null ? {} : { [via]: values[via] })
      const columns = {
        ...toColumns(entity, { ...values, ...derived }),
        version: 1,
        createdAt: actor.at,
        updatedAt: actor.at,
        deletedAt: null,
      }
      const { id } = await unique(
        { ...values, ...derived },
        () =>
          tables(tx).insertInto(table).values(columns).returning('id').executeTakeFirstOrThrow() as Promise<{
            id: number
          }>,
      )
      await saveLinks(tx, entity, id, values, true)
      await audit(tx, actor, {
        entity: name,
        recordId: id,
        action: 'create',
        after: snapshot(entity, { ...columns, id }, values),
      })
      return show(tx, actor, id)
    },

    async update(
      tx: Tx,
      actor: Actor,
      id: number,
      { version, ...body }: UpdateOf<E>,
      derived: (before: Raw, patch: Raw) => Raw = () => ({}),
    ): Promise<RowOf<E>> {
      await reach(tx, actor, id, rightTo(entity, 'update'))
      const before = (await storedRow(tx, entity, id))!
      if (before['version'] !== version) throw stale(label, await show(tx, actor, id))
      const patch = withoutCosts(actor, entity, withoutMasks(entity, body as Raw, before))
      await checkParent(tx, actor, patch, rightTo(entity, 'update'), before)
      await checkReferences(tx, entity, patch, before)
      const columns = {
        ...toColumns(entity, { ...patch, ...derived(before, patch) }),
        version: version + 1,
        updatedAt: actor.at,
      }
      await unique(patch, () => tables(tx).updateTable(table).set(columns).where('id', '=', id).execute())
      await saveLinks(tx, entity, id, patch)
      await audit(tx, actor, {
        entity: name,
        recordId: id,
        action: 'update',
        before: snapshot(entity, before, before),
        after: snapshot(entity, { ...before, ...columns }, { ...before, ...patch }),
      })
      return show(tx, actor, id)
    },

    async remove(tx: Tx, actor: Actor, id: number, version: number): Promise<void> {
      await reach(tx, actor, id, rightTo(entity, 'delete'))
      const before = (await storedRow(tx, entity, id))!
      if (before['version'] !== version) throw stale(label, await show(tx, actor, id))
      const gone = { deletedAt: actor.at, version: version + 1, updatedAt: actor.at }
      await tables(tx).updateTable(table).set(gone).where('id', '=', id).execute()
      await audit(tx, actor, {
        entity: name,
        recordId: id,
        action: 'remove',
        before: snapshot(entity, before, before),
        after: snapshot(entity, { ...before, ...gone }, before),
      })
    },

    async restore(tx: Tx, actor: Actor, id: number, derived: Raw = {}): Promise<RowOf<E>> {
      await reachRecycled(tx, actor, id)
      const before = (await storedRow(tx, entity, id))!
      const back = { ...derived, deletedAt: null, version: (before['version'] as number) + 1, updatedAt: actor.at }
      await unique(before, () => tables(tx).updateTable(table).set(back).where('id', '=', id).execute())
      await audit(tx, actor, {
        entity: name,
        recordId: id,
        action: 'restore',
        before: snapshot(entity, before, before),
        after: snapshot(entity, { ...before, ...back }, before),
      })
      return show(tx, actor, id)
    },
  }
}
