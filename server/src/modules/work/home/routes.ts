import { home as api } from '@crm/shared/contract/home'
import type { Actor } from '../../../core/access/actor.ts'
import type { Router } from '../../../core/http/bind.ts'
import type { HomeSource } from '../../../core/rows/home.ts'
import type { ModuleDeps } from '../../../core/http/module.ts'
import { readHome } from './service.ts'

/** The blocks come from every module, so the table of contents hands them in. */
export const homeRoutes =
  (sourcesOf: (actor: Actor) => readonly HomeSource[]) =>
  ({ open }: Router, { store, zone }: Pick<ModuleDeps, 'store' | 'zone'>): void => {
    open(api.read, ({ actor, heavy, query }, { request }) => {
      const warn = (message: string, error: unknown) => request.log.error({ err: error }, message)
      return readHome(store.read, actor, query, { heavy, sources: sourcesOf(actor), zone, warn })
    })
  }
