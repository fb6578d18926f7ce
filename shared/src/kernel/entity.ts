import type { Field } from './field.ts'

/**
 * Who may see a row: the owner's circle (`owner` names the column where it is not ownerId), whoever may see the parent, or everyone who
 * holds the permission.
 * Collaborators (协作人) count where `collaborators` is set.
 * `personal`: a row whose `without` is empty is seen by its owner and by `author` alone, however far others may look.
 */
export type ScopePolicy =
  | 'owner'
  | 'everyone'
  | { readonly via: string }
  | { readonly owner: string; readonly personal?: { readonly without: string; readonly author: string } }

export interface Entity<
  N extends string = string,
  F extends Readonly<Record<string, Field>> = Readonly<Record<string, Field>>,
> {
  readonly name: N
  readonly table: string
  /** Last part of /api/…; also the page's path in the browser. */
  readonly path: string
  readonly label: string
  readonly scope: ScopePolicy
  /** Permissions to read and to write it, where it has none of its own (`<name>.read` …). */
  readonly rights?: { readonly read: string; readonly write: string }
  readonly collaborators?: true
  /** Rows do not follow their parent into the recycle bin; nobody sees them while it lies there. */
  readonly hidesWithParent?: true
  /** The field people call the row by. */
  readonly title: string
  readonly fields: F
  /** Default order of lists, as a `sort` parameter. */
  readonly order: string
  /** The kernel's word for soft delete: rows carry deletedAt and can be restored. */
  readonly recycle?: true
  /** Lists answer `q` by the search index of this name. */
  readonly search?: true
}

export const entity = <const N extends string, const F extends Readonly<Record<string, Field>>>(
  facts: Entity<N, F>,
): Entity<N, F> => facts

/** The permission for a verb (`read`, `create`, `update`, `delete`) on rows of the entity. */
export const rightTo = ({ name, rights }: Entity, verb: string): string =>
  rights ? (verb === 'read' ? rights.read : rights.write) : `${name}.${verb}`

type One<F> = F extends { kind: 'text' | 'longText' | 'day' | 'instant' | 'dict' }
  ? string
  : F extends { kind: 'integer' | 'quantity' | 'money' | 'rate' | 'ref' }
    ? number
    : F extends { kind: 'flag' }
      ? boolean
      : F extends { kind: 'option'; options: infer O }
        ? keyof O & string
        : never
/** What a field holds in a body and in a row. */
export type ValueOf<F> = F extends { many: unknown } ? One<F>[] : F extends { optional: true } ? One<F> | null : One<F>
type Simplify<T> = { [K in keyof T]: T[K] } & {}

/** ownerId -> ownerName, tagIds -> tagNames, regionCode -> regionName. */
type NameKey<K> = K extends `${infer B}Ids`
  ? `${B}Names`
  : K extends `${infer B}Id`
    ? `${B}Name`
    : K extends `${infer B}Code`
      ? `${B}Name`
      : never
type NamesBeside<F> = {
  [K in keyof F as F[K] extends { kind: 'ref' } | { format: 'region' } ? NameKey<K> : never]: F[K] extends {
    many: unknown
  }
    ? string[]
    : string | null
}

export interface SystemFields {
  id: number
  version: number
  createdAt: string
  updatedAt: string
}
type Writable<F> = { [K in keyof F as F[K] extends { readonly: true } ? never : K]: F[K] }
type NotRequired<F> = {
  [K in keyof F]: F[K] extends { optional: true } | { default: unknown } | { many: unknown } ? K : never
}[keyof F]

/** A row as the API shows it. */
export type RowOf<E> =
  E extends Entity<string, infer F>
    ? Simplify<SystemFields & { deletedAt?: string } & { [K in keyof F]: ValueOf<F[K]> } & NamesBeside<F>>
    : never
export type CreateOf<E> = E extends Entity<string, infer F> ? InputOf<Writable<F>> : never
export type UpdateOf<E> = Simplify<{ version: number } & Partial<CreateOf<E>>>

/** What a shape of fields asks of a body. */
export type InputOf<F> = Simplify<
  { [K in Exclude<keyof F, NotRequired<F>>]: ValueOf<F[K]> } & {
    [K in NotRequired<F> & keyof F]?: ValueOf<F[K]> | undefined
  }
>
/** A checked body: defaults filled, nothing missing. */
export type CheckedOf<F> = { [K in keyof F]: ValueOf<F[K]> }

/** Column shape in every engine: flags are 0/1, lists of options are JSON text, many-references have no column. */
type Cell<F> = F extends { kind: 'option'; many: true }
  ? string
  : One<F> extends boolean
    ? 0 | 1
    : F extends { optional: true }
      ? One<F> | null
      : One<F>
export type TableOf<E> =
  E extends Entity<string, infer F>
    ? Simplify<
        SystemFields & { deletedAt: string | null } & {
          [K in keyof F as F[K] extends { kind: 'ref'; many: unknown } ? never : K]: Cell<F[K]>
        }
      >
    : never
