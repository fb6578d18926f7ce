import { instantTitle } from '../../core/display/display'

const WEEKDAY = / \S+$/
/** '2026-11-22 09:32': whole, because a log is compared line by line. */
export const momentText = (atIso: string, zone: string): string => instantTitle(atIso, zone).replace(WEEKDAY, '')
