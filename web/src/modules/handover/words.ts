import type { Handover } from '@crm/shared/contract/handovers'

export const TONES = { running: 'info', done: 'ok', undoing: 'info', undone: 'warn' } as const
export const toNames = ({ to }: Pick<Handover, 'to'>): string => to.map(({ name }) => name).join('、')
