import { exportJobs } from '@crm/shared/contract/exportJobs'
import { exports as api, type ExportName, STREAMED_ROWS } from '@crm/shared/contract/exports'
import { mediaTypes } from '../../../core/exports/exportFile.ts'
import { exporting } from '../../../core/exports/exportList.ts'
import type { Router } from '../../../core/http/bind.ts'
import { sendFile } from '../../../core/http/fileReply.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { notFound, problem } from '../../../core/problem.ts'
import { wordsIn } from '../dictionaries/service.ts'
import { checkRoom, isThere, pathOf } from './jobFiles.ts'
import { checkStill } from './jobRights.ts'
import { addJob, askedOf, cancelJob, findJob, listJobs, shownJob } from './jobRows.ts'
import type { ExportLists } from './service.ts'

/** 导出: one way for all lists, as the answer or in the background. */
export const exportRoutes =
  (listsOf: (zone: string) => ExportLists) =>
  ({ open, read, write }: Router, { clock, exportLimits = {}, filesDir, store, zone }: Deps): void => {
    const { leastFreeBytes, streamedRows = STREAMED_ROWS } = exportLimits
    for (const [name, list] of Object.entries(listsOf(zone)) as [ExportName, ExportLists[ExportName]][]) {
      const background = {
        fromRows: streamedRows,
        async begin(...[actor, file]: Begin) {
          await checkRoom(filesDir, leastFreeBytes)
          return store.tx((tx) => addJob(tx, actor, name, file))
        },
      }
      open(api[name], exporting({ store, words: wordsIn(zone), background }, list))
    }

    read(exportJobs.list, (db, { actor, query }) => listJobs(db, actor, query))
    read(exportJobs.get, async (db, { actor, params }) => shownJob(actor, await findJob(db, actor, params.id)))
    write(exportJobs.cancel, (tx, { actor, params }) => cancelJob(tx, actor, params.id))
    open(exportJobs.content, async ({ actor, params }, { reply, request }) => {
      const job = await findJob(store.read, actor, params.id)
      if (job.state === 'waiting' || job.state === 'running') throw problem('illegal_move', '文件还在生成,请稍后再下载')
      if (job.state !== 'done' || job.expiresAt! <= clock.now()) throw notFound('导出的文件')
      checkStill(actor, job)
      if (!(await isThere(filesDir, job))) throw problem('not_found', '文件已经不在服务器上了,请重新导出')
      const { format = 'csv' } = askedOf(job)
      return sendFile(request, reply, {
        path: pathOf(filesDir, job),
        name: job.fileName,
        mediaType: mediaTypes[format],
        inline: false,
        etag: job.runId!,
      })
    })
  }
type Deps = Pick<ModuleDeps, 'clock' | 'exportLimits' | 'filesDir' | 'store' | 'zone'>
type Begin = Parameters<NonNullable<Parameters<typeof exporting>[0]['background']>['begin']>
