/** Woken when somebody is told something, has read it, or lost a sign-in. */
export const personChannel = (userId: number): string => `person:${userId}`
/** Woken when all sign-ins ended at once. */
export const EVERYBODY = 'everybody'
