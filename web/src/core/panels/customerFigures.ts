import type { PermissionName } from '@crm/shared/permissions'
import type { RouteLocationRaw } from 'vue-router'

/** What stands in one cell: `to` opens the rows it is the total of, `title` says more than there is room for. */
export interface FigureCell {
  readonly text: string
  readonly title?: string
  readonly to?: RouteLocationRaw
  /** Red: overdue. */
  readonly isBad?: true
}
export interface FigureColumn {
  readonly key: string
  readonly label: string
  readonly widthPx: number
  readonly isNumber?: true
  /** What the 客户 list calls the order by it. */
  readonly sort?: string
  /** Only on wide screens, unless the user wants it. */
  readonly isWide?: true
  /** What it is called on the card of a phone, nothing where it needs no name; absent = not there. */
  readonly inCard?: string
}
/** By customer, then by column. */
export type FigureCells = ReadonlyMap<number, Readonly<Record<string, FigureCell>>>
export interface FigureReader {
  /** A cell in every one of these columns for each of these customers, in one call. */
  readonly read: (
    ids: readonly number[],
    columns: readonly string[],
    asked: { readonly signal: AbortSignal; readonly can: (permission: PermissionName) => boolean },
  ) => Promise<FigureCells>
}
/** Columns of the 客户 list that another module fills: one call per page, after its rows are on screen. */
export interface CustomerFigures {
  /** Its answers load again with what else is kept under this key. */
  readonly key: readonly string[]
  readonly permission: PermissionName
  readonly columns: readonly FigureColumn[]
  readonly load: () => Promise<FigureReader>
}

const offered: CustomerFigures[] = []
export const offerFigures = (figures: readonly CustomerFigures[]): void => void offered.push(...figures)
export const customerFigures = (): readonly CustomerFigures[] => offered
