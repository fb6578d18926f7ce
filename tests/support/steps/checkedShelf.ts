export { step } from './shelf.ts'
