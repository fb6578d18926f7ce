import { documents as api, MAX_DOCUMENT_BYTES } from '@crm/shared/contract/documents'
import type { Router } from '../../../core/http/bind.ts'
import { sendFile } from '../../../core/http/fileReply.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { withUpload } from '../../../core/http/uploads.ts'
import * as service from './service.ts'

export function documentRoutes(
  { open, read, write }: Router,
  { filesDir, store }: Pick<ModuleDeps, 'store' | 'filesDir'>,
): void {
  const dir = service.uploadsDir(filesDir)

  read(api.list, (db, { actor, query, heavy }) => service.listDocuments(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => service.findDocument(db, actor, params.id))
  open(api.upload, ({ actor }, { request }) => {
    const hash = service.hashing()
    const rules = { dir, maxBytes: MAX_DOCUMENT_BYTES, fields: service.UPLOAD_FIELDS, watch: hash.watch }
    return withUpload(request, rules, (received) =>
      service.keepDocument({ store, filesDir }, actor, received, {
        sha256: hash.digest(),
        key: request.headers['idempotency-key'],
      }),
    )
  })
  open(api.content, async ({ actor, params, query }, { request, reply }) => {
    const { mediaType, name, sha256 } = await service.reachDocument(store.read, actor, params.id)
    return sendFile(request, reply, {
      path: service.contentPath(filesDir, sha256),
      name,
      mediaType,
      inline: query.download !== true && service.mayShow(mediaType),
      etag: sha256,
    })
  })
  write(api.update, (tx, { actor, params, body }) => service.renameDocument(tx, actor, params.id, body))
  write(api.remove, (tx, { actor, params, query }) => service.removeDocument(tx, actor, params.id, query.version))
  write(api.restore, (tx, { actor, params }) => service.restoreDocument(tx, actor, params.id))
}
