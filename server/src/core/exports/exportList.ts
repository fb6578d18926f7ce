import { PassThrough } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import type { ExportJob } from '@crm/shared/contract/exportJobs'
import type { ExportQuery } from '@crm/shared/contract/exports'
import type { FastifyReply } from 'fastify'
import type { Store } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { audit } from '../access/audit.ts'
import { disposition } from '../http/fileReply.ts'
import type { Raw as Http } from '../http/bind.ts'
import { type AnyExport, type ExportDeps, type ExportFile, openExport } from './exportFile.ts'

/** After so many pages the rights are asked again: whoever lost them gets no more. */
const PAGES_TRUSTED = 10

/** Notes who takes what out of the house. */
const noteExport = ({ tx }: Store, actor: Actor, { asked, entity, total, totalCapped }: ExportFile) =>
  tx((db) =>
    audit(db, actor, {
      entity: entity.name,
      recordId: null,
      action: 'export',
      after: { ...asked, rows: totalCapped ? `${total}+` : total },
    }),
  )

/** Where long files are made beside the requests. */
export interface InBackground {
  /** More rows than these are no answer to wait for. */
  readonly fromRows: number
  readonly begin: (actor: Actor, file: ExportFile) => Promise<ExportJob>
}

/** Answers with the list as a file; 202 with a job where it would take too long, unless the file itself is asked for. */
export const exporting =
  <Row, Item = Row>(deps: ExportDeps & { readonly background?: InBackground }, list: AnyExport<Row, Item>) =>
  async (
    { actor, query }: { readonly actor: Actor; readonly query: ExportQuery },
    { again, reply, request }: Http,
  ): Promise<FastifyReply> => {
    const { background, store } = deps
    const file = await openExport(deps, list, { actor, query })
    const isLong = background !== undefined && (file.totalCapped || file.total > background.fromRows)
    if (background && (query.mode ?? (isLong ? 'job' : 'stream')) === 'job')
      return reply.code(202).send(await background.begin(actor, file))
    await noteExport(store, actor, file)
    let turns = 0
    let now = actor
    const target = new PassThrough()
    const written = file.write(target, async () => {
      await breathe()
      if (++turns % PAGES_TRUSTED === 0) now = await again()
      return now
    })
    written.catch((error: unknown) => {
      request.log.warn({ err: error }, `the export of ${file.entity.table} broke off`)
      target.destroy(error as Error)
    })
    return reply.type(file.mediaType).header('content-disposition', disposition(file.fileName, false)).send(target)
  }
