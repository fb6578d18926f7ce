import type { PriceMoveRow, Product, ProductPrice } from '@crm/shared/contract/products'
import { priceMove, product } from '@crm/shared/entities/product'
import { instant, ref } from '@crm/shared/kernel/field'
import { marginBp } from '@crm/shared/rules/prices'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'
import { EMPTY, moneyText } from '../../core/display/display'

export const productPath = (row: { readonly id: number }) => `/products/${row.id}`

/** 38.5%; a dash where the cost is not known (or not to be known). */
export function marginText({
  costFen,
  priceFen,
  taxRateBp,
}: Pick<Product, 'costFen' | 'priceFen' | 'taxRateBp'>): string {
  const margin = marginBp(priceFen, taxRateBp, costFen)
  return margin === null ? EMPTY : `${(margin / 100).toFixed(1)}%`
}

export const productFilters = {
  under: ref('productCategory', { label: '类别', optional: true }),
  ...product.fields,
  createdAt: instant({ label: '创建时间' }),
  updatedAt: instant({ label: '更新时间' }),
}
export const productViews = (canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  { key: 'sold', label: '在售', fixed: { active: true } },
  { key: 'stopped', label: '停售', fixed: { active: false } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]

export function productColumns(plain: ColumnOf<Product>, mayCost: boolean): Column<Product>[] {
  return [
    plain('name', '产品名称', 168, { sort: 'name', isPinned: true, to: productPath }),
    plain('number', '产品编号', 120, { sort: 'number' }),
    plain('spec', '规格型号', 120),
    plain('categoryId', '类别', 96),
    plain('unit', '单位', 56),
    plain('priceFen', '标准售价(元)', 112, { sort: 'priceFen' }),
    ...(mayCost
      ? [
          plain('costFen', '成本价(元)', 96),
          { key: 'margin', label: '毛利率', widthPx: 72, isNumber: true as const, text: marginText },
        ]
      : []),
    plain('taxRateBp', '税率', 64),
    plain('active', '在售', 64),
    plain('barcode', '条码', 136, { isExtra: true }),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt' }),
    plain('createdAt', '创建时间', 112, { sort: 'createdAt', isExtra: true }),
  ]
}

export const moveFilters = priceMove.fields
export const moveViews = (canDelete: boolean): ListView[] => [
  { key: 'current', label: '有效', fixed: { expired: false } },
  { key: 'up', label: '可提价', fixed: { direction: 'up', expired: false } },
  { key: 'down', label: '可降价', fixed: { direction: 'down', expired: false } },
  { key: 'expired', label: '已过期', fixed: { expired: true } },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
export function moveColumns(plain: ColumnOf<PriceMoveRow>, mayCost: boolean): Column<PriceMoveRow>[] {
  return [
    plain('productId', '产品', 160, { isPinned: true, to: (row) => `/products/${row.productId}` }),
    { key: 'productSpec', label: '规格型号', widthPx: 112, text: (row) => row.productSpec ?? EMPTY },
    plain('direction', '方向', 80),
    plain('customerId', '客户', 152),
    plain('regionCode', '地区', 104),
    { key: 'priceFen', label: '现价(元)', widthPx: 88, isNumber: true, text: (row) => moneyText(row.priceFen) },
    plain('lowestFen', '最低(元)', 88),
    plain('highestFen', '最高(元)', 88),
    ...(mayCost
      ? [
          {
            key: 'roomFen',
            label: '高于成本(元)',
            widthPx: 112,
            isNumber: true as const,
            text: (row: PriceMoveRow) => moneyText(row.roomFen),
            title: () => '不含税的现价减去成本价',
          },
        ]
      : []),
    plain('untilOn', '有效至', 104),
    plain('reason', '理由', 200),
    plain('updatedAt', '更新时间', 112, { sort: 'updatedAt', isExtra: true }),
  ]
}

/** The price of a customer before that of a level before everybody's; then by quantity and by day. */
export const inOrder = (rows: readonly ProductPrice[]): ProductPrice[] => {
  const place = ({ customerId, level }: ProductPrice) => (customerId !== null ? 2 : level !== null ? 1 : 0)
  return [...rows].sort(
    (a, b) =>
      place(a) - place(b) ||
      (a.level ?? a.customerName ?? '').localeCompare(b.level ?? b.customerName ?? '', 'zh-CN') ||
      a.minQtyMilli - b.minQtyMilli ||
      (a.fromOn ?? '').localeCompare(b.fromOn ?? ''),
  )
}
/** 一直有效, 2026-01-01 起, 到 2026-06-30, or both. */
export const spanText = ({ fromOn, untilOn }: Pick<ProductPrice, 'fromOn' | 'untilOn'>): string =>
  fromOn && untilOn ? `${fromOn} 至 ${untilOn}` : fromOn ? `${fromOn} 起` : untilOn ? `到 ${untilOn}` : '一直有效'
