import { type Component, defineAsyncComponent } from 'vue'

/** What hangs on any record, for views of other modules; its component gets `subjectType` and `subjectId`. */
function subjectPanel() {
  let shown: Component | null = null
  return {
    /** Called once, by the router's table of contents. */
    show(load: () => Promise<{ default: Component }>): void {
      shown = defineAsyncComponent(load)
    },
    panel: (): Component | null => shown,
  }
}
/** 附件 of a record. */
export const { show: showFiles, panel: subjectFiles } = subjectPanel()
/** 提醒 of a record; gets its `title` too: DD202611-0007. */
export const { show: showReminders, panel: subjectReminders } = subjectPanel()
