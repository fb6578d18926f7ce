import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { importEntities, imports as api } from '@crm/shared/contract/imports'
import type { Router } from '../../../core/http/bind.ts'
import { disposition } from '../../../core/http/fileReply.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { sweepUploads, withUpload } from '../../../core/http/uploads.ts'
import type { Followers } from '../../contracts/orders/service.ts'
import { checkMayImport } from './rights.ts'
import * as service from './service.ts'
import { MAX_BYTES } from './table/table.ts'
import { writeTemplate } from './template.ts'
import { intakeOf, UPLOAD_FIELDS } from './upload.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export const importRoutes =
  (followers: Followers) =>
  ({ open, read }: Router, { clock, filesDir, store }: Pick<ModuleDeps, 'store' | 'clock' | 'filesDir'>): void => {
    const deps = { store, clock, followers }
    const dir = join(filesDir, 'uploads')
    void sweepUploads(dir, clock).catch(() => {})

    read(api.list, (db, { actor, query }) => service.listBatches(db, actor, query))
    read(api.get, async (db, { actor, params }) => service.showBatch(db, await service.findBatch(db, actor, params.id)))
    read(api.rows, (db, { actor, params, query }) => service.rowsOfBatch(db, actor, params.id, query))
    open(api.upload, async ({ actor }, { request }) => {
      checkMayImport(actor)
      return withUpload(request, { dir, maxBytes: MAX_BYTES, fields: UPLOAD_FIELDS }, (received) => {
        const intake = intakeOf(received)
        checkMayImport(actor, intake.entity)
        return service.upload(deps, actor, intake)
      })
    })
    open(api.check, ({ actor, body, params }) => service.recheck(deps, actor, params.id, body))
    open(api.run, async ({ actor, params }, { request }) => {
      const { batch, ended } = await service.run(deps, actor, params.id)
      ended.catch((error: unknown) => request.log.error({ err: error }, `import ${batch.id} stopped`))
      return batch
    })
    open(api.undo, ({ actor, params }) => service.undo(deps, actor, params.id))
    open(api.template, async ({ actor, query }, { reply, request }) => {
      checkMayImport(actor, query.entity)
      const target = new PassThrough()
      writeTemplate(query.entity, target).catch((error: unknown) => {
        request.log.warn({ err: error }, 'the template broke off')
        target.destroy(error as Error)
      })
      return reply
        .type(XLSX)
        .header('content-disposition', disposition(`${importEntities[query.entity]}导入模板.xlsx`, false))
        .send(target)
    })
    open(api.errors, async ({ actor, params }, { reply, request }) => {
      const batch = await service.findBatch(store.read, actor, params.id)
      const target = new PassThrough()
      service.writeErrors(store.read, batch, target).catch((error: unknown) => {
        request.log.warn({ err: error }, 'errors.xlsx broke off')
        target.destroy(error as Error)
      })
      const name = encodeURIComponent(`未导入的行-${batch.id}.xlsx`)
      return reply
        .type(XLSX)
        .header('content-disposition', `attachment; filename="errors-${batch.id}.xlsx"; filename*=UTF-8''${name}`)
        .send(target)
    })
  }
