export const GROUPS = ['creditGroups']
