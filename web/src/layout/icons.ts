import {
  Avatar,
  Bell,
  DataAnalysis,
  Document,
  Goods,
  House,
  Money,
  Notebook,
  OfficeBuilding,
  Postcard,
  Setting,
  Tickets,
  TrendCharts,
  Upload,
  User,
  Warning,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

/** Icons a route may name in `meta.menu.icon`. */
export const icons: Readonly<Record<string, Component>> = {
  home: House,
  customer: OfficeBuilding,
  contact: Postcard,
  note: Notebook,
  warning: Warning,
  deal: TrendCharts,
  order: Tickets,
  product: Goods,
  money: Money,
  document: Document,
  service: Bell,
  stats: DataAnalysis,
  setting: Setting,
  user: User,
  team: Avatar,
  import: Upload,
}
