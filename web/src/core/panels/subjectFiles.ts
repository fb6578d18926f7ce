import { type Component, defineAsyncComponent } from 'vue'

/** 附件 of a record, for views of other modules: gets `subjectType` and `subjectId`. */
let shown: Component | null = null

/** Called once, by the router's table of contents. */
export function showFiles(load: () => Promise<{ default: Component }>): void {
  shown = defineAsyncComponent(load)
}
export const subjectFiles = (): Component | null => shown
