import type { customerStatuses } from '@crm/shared/entities/customer'

/** Colour only for meaning: red = lost, amber = waits for us, green = money. */
export const STATUS_TONE: Readonly<Record<keyof typeof customerStatuses, 'info' | 'ok' | 'warn' | 'bad'>> = {
  potential: 'warn',
  active: 'info',
  won: 'ok',
  lost: 'bad',
}
