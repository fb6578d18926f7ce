import { entity } from '../kernel/entity.ts'
import { day, dict, flag, integer, longText, money, option, quantity, rate, ref, text } from '../kernel/field.ts'

/** Who sees products sees what belongs to them; who changes them changes it. */
const OF_PRODUCTS = { read: 'product.read', write: 'product.update' } as const

/** 产品类别, a tree. */
export const productCategory = entity({
  name: 'productCategory',
  table: 'productCategories',
  path: 'product-categories',
  label: '产品类别',
  scope: 'everyone',
  rights: OF_PRODUCTS,
  title: 'name',
  order: 'position',
  recycle: true,
  fields: {
    name: text({ label: '类别名称', max: 40, filter: true, sort: true }),
    parentId: ref('productCategory', { label: '上级类别', optional: true, filter: true }),
    position: integer({ label: '次序', default: 1000, min: 0, max: 100_000, sort: true }),
  },
})

/** 产品. Prices include tax; what it costs is seen by whoever holds `product.cost`. */
export const product = entity({
  name: 'product',
  table: 'products',
  path: 'products',
  label: '产品',
  scope: 'everyone',
  title: 'name',
  order: '-updatedAt',
  recycle: true,
  search: true,
  fields: {
    number: text({
      label: '产品编号',
      max: 40,
      optional: true,
      filter: true,
      sort: true,
      aliases: ['编号', '货号', '商品编号', '商品编码', '产品编码', '编码'],
      help: '留空时自动编号',
    }),
    name: text({
      label: '产品名称',
      max: 100,
      filter: true,
      sort: 'initials',
      aliases: ['商品名称', '品名', '名称', '产品'],
    }),
    categoryId: ref('productCategory', {
      label: '类别',
      optional: true,
      filter: true,
      aliases: ['产品类别', '商品类别', '分类'],
    }),
    spec: text({ label: '规格型号', max: 100, optional: true, aliases: ['规格', '型号'] }),
    unit: dict('productUnit', { label: '单位', optional: true, filter: true, aliases: ['计量单位'] }),
    priceFen: money({
      label: '标准售价',
      min: 0,
      filter: true,
      sort: true,
      aliases: ['售价', '单价', '含税单价', '价格', '标准价'],
    }),
    costFen: money({ label: '成本价', optional: true, min: 0, mask: 'cost', aliases: ['成本', '进价', '采购价'] }),
    taxRateBp: rate({ label: '税率', default: 1300, min: 0, max: 10_000, aliases: ['增值税率'] }),
    active: flag({ label: '在售', default: true, filter: true }),
    barcode: text({ label: '条码', max: 40, optional: true, filter: true, aliases: ['条形码'] }),
    notes: longText({ label: '备注', max: 2000, optional: true, aliases: ['说明'] }),
  },
})

/** A price that differs from the list price: for one customer, for a level of customers, from a quantity on, for some days. */
export const productPrice = entity({
  name: 'productPrice',
  table: 'productPrices',
  path: 'product-prices',
  label: '产品价格',
  scope: 'everyone',
  rights: OF_PRODUCTS,
  title: 'note',
  order: '-updatedAt',
  recycle: true,
  fields: {
    productId: ref('product', { label: '产品', filter: true }),
    customerId: ref('customer', { label: '客户', optional: true, filter: true }),
    level: dict('customerLevel', { label: '客户等级', optional: true, filter: true }),
    minQtyMilli: quantity({ label: '起订数量', default: 0, min: 0, max: 1_000_000_000_000, sort: true }),
    priceFen: money({ label: '价格', min: 0, sort: true }),
    fromOn: day({ label: '生效日期', optional: true, filter: true }),
    untilOn: day({ label: '失效日期', optional: true, filter: true }),
    note: text({ label: '说明', max: 100, optional: true }),
  },
})

export const priceDirections = { either: '可升可降', up: '可提价', down: '可降价' } as const
/** 可调价清单: whose price could move, for which region or customer, and how far. */
export const priceMove = entity({
  name: 'priceMove',
  table: 'priceMoves',
  path: 'price-moves',
  label: '可调价产品',
  scope: 'everyone',
  rights: OF_PRODUCTS,
  title: 'reason',
  order: '-updatedAt',
  recycle: true,
  fields: {
    productId: ref('product', { label: '产品', filter: true }),
    direction: option(priceDirections, { label: '方向', default: 'either', filter: true }),
    regionCode: text({ label: '地区', max: 6, optional: true, format: 'region', filter: true }),
    customerId: ref('customer', { label: '客户', optional: true, filter: true }),
    lowestFen: money({ label: '最低可到', optional: true, min: 0 }),
    highestFen: money({ label: '最高可到', optional: true, min: 0 }),
    untilOn: day({ label: '有效至', optional: true, filter: true }),
    reason: text({ label: '理由', max: 200, optional: true }),
  },
})

/** 用量: how much of a product a customer really uses in a period, from us or from others. */
export const productUse = entity({
  name: 'productUse',
  table: 'productUses',
  path: 'product-uses',
  label: '客户用量',
  scope: { via: 'customerId' },
  rights: { read: 'customer.read', write: 'customer.update' },
  hidesWithParent: true,
  title: 'note',
  order: '-fromOn',
  recycle: true,
  fields: {
    customerId: ref('customer', { label: '客户', filter: true }),
    productId: ref('product', { label: '产品', filter: true }),
    fromOn: day({ label: '自', filter: true, sort: true }),
    untilOn: day({ label: '至', filter: true }),
    qtyMilli: quantity({ label: '实际用量', min: 0, max: 1_000_000_000_000 }),
    note: text({ label: '来源说明', max: 200, optional: true }),
  },
})
