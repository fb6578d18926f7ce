/** 久未跟进上报. */
export { reportSilence, reportWanted } from './report.ts'
