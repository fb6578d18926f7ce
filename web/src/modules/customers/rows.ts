import type { tag } from '@crm/shared/entities/base'
import type { contact } from '@crm/shared/entities/contact'
import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'

export type Customer = RowOf<typeof customer>
export type Contact = RowOf<typeof contact>
export type Tag = RowOf<typeof tag>
/** Whom one knows at a new customer. */
export type NewContact = { readonly name: string; readonly mobile?: string | null; readonly jobTitle?: string | null }
