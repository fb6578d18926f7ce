import { documents, type DocumentRow, MAX_DOCUMENT_BYTES } from '@crm/shared/contract/documents'
import type { DocumentSubject } from '@crm/shared/entities/document'
import { computed, type ComputedRef, onScopeDispose, reactive, type Ref, ref } from 'vue'
import { call, upload } from '../server/client'
import { sizeText } from './documents'
import { errorWords, isAbort } from '../server/problem'

/** One file on its way to the server. */
export interface Upload {
  readonly key: number
  readonly name: string
  readonly sizeBytes: number
  /** 0 to 1. */
  share: number
  state: 'waiting' | 'sending' | 'done' | 'failed'
  /** Why it failed, in words. */
  problem: string | null
  /** What became of it. */
  row: DocumentRow | null
}
export interface Subject {
  readonly subjectType: DocumentSubject
  readonly subjectId: number
}
export interface UploadOptions {
  /** The record the files are for; without one they become drafts, to be named when the record is saved. */
  readonly subject?: () => Subject | null
  readonly onDone?: (row: DocumentRow) => void
}
export interface Uploads {
  readonly items: Ref<Upload[]>
  /** Something is still on its way. */
  readonly busy: ComputedRef<boolean>
  /** The documents there are by now. */
  readonly documentIds: ComputedRef<number[]>
  readonly add: (files: Iterable<File>) => void
  /** Drafts that were sent before the page was loaded again. */
  readonly take: (rows: readonly DocumentRow[]) => void
  readonly cancel: (key: number) => void
  readonly retry: (key: number) => void
  /** Forgets one; a draft that is there already is thrown away. */
  readonly remove: (key: number) => void
  /** After the record was saved: nothing is shown any more, the documents stay. */
  readonly clear: () => void
}

/** More at once only share the same cable. */
const AT_ONCE = 3
let lastKey = 0

/** Files being sent, each with its progress; cancelled when the page that sends them is left. */
export function useUploads({ subject = () => null, onDone }: UploadOptions = {}): Uploads {
  const items = ref<Upload[]>([])
  const files = new Map<number, File>()
  const sending = new Map<number, AbortController>()
  onScopeDispose(() => sending.forEach((one) => one.abort()))
  const itemOf = (key: number) => items.value.find((item) => item.key === key)

  function add(added: Iterable<File>): void {
    for (const file of added) {
      const problem =
        file.size > MAX_DOCUMENT_BYTES
          ? `有 ${sizeText(file.size)},超过了 ${sizeText(MAX_DOCUMENT_BYTES)}`
          : file.size === 0
            ? '是空文件'
            : null
      const state = problem ? 'failed' : 'waiting'
      const item = {
        key: ++lastKey,
        name: file.name,
        sizeBytes: file.size,
        share: 0,
        state,
        problem,
        row: null,
      } as const
      if (!problem) files.set(item.key, file)
      items.value.push(reactive({ ...item }))
    }
    next()
  }

  function take(rows: readonly DocumentRow[]): void {
    for (const row of rows)
      items.value.push({
        key: ++lastKey,
        name: row.name,
        sizeBytes: row.sizeBytes,
        share: 1,
        state: 'done',
        problem: null,
        row,
      })
  }

  function next(): void {
    while (sending.size < AT_ONCE) {
      const item = items.value.find(({ state }) => state === 'waiting')
      if (!item) return
      void send(item)
    }
  }

  async function send(item: Upload): Promise<void> {
    const controller = new AbortController()
    sending.set(item.key, controller)
    Object.assign(item, { state: 'sending', share: 0, problem: null })
    const form = new FormData()
    const target = subject()
    if (target) {
      form.set('subjectType', target.subjectType)
      form.set('subjectId', String(target.subjectId))
    }
    form.set('file', files.get(item.key)!, item.name)
    try {
      const row = await upload(documents.upload, form, {
        signal: controller.signal,
        onProgress: (share) => (item.share = share),
      })
      Object.assign(item, { state: 'done', share: 1, row })
      files.delete(item.key)
      onDone?.(row)
    } catch (error) {
      if (!isAbort(error)) Object.assign(item, { state: 'failed', problem: errorWords(error).title })
    } finally {
      sending.delete(item.key)
      next()
    }
  }

  function forget(key: number): void {
    items.value = items.value.filter((item) => item.key !== key)
    files.delete(key)
  }
  function cancel(key: number): void {
    sending.get(key)?.abort()
    forget(key)
  }
  function retry(key: number): void {
    const item = itemOf(key)
    if (item?.state !== 'failed' || !files.has(key)) return
    Object.assign(item, { state: 'waiting', problem: null })
    next()
  }
  function remove(key: number): void {
    const row = itemOf(key)?.row
    cancel(key)
    // A draft that cannot be thrown away now is gone tomorrow anyway.
    if (row && row.subjectType === null)
      void call(documents.remove, { params: { id: row.id }, query: { version: row.version } }).catch(() => {})
  }

  return {
    items,
    busy: computed(() => items.value.some(({ state }) => state === 'waiting' || state === 'sending')),
    documentIds: computed(() => items.value.flatMap(({ row }) => (row ? [row.id] : []))),
    add,
    take,
    cancel,
    retry,
    remove,
    clear: () => void (items.value = []),
  }
}
