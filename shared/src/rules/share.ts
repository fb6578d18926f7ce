/** 份额 in basis points: what we handed over of what the customer really used. Null where nothing was used: not known is not 0. */
export const shareBp = (deliveredMilli: number, usedMilli: number): number | null =>
  usedMilli > 0 ? Math.max(0, Math.round((deliveredMilli / usedMilli) * 10_000)) : null
