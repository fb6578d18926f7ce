import './core/polyfills'
import './styles/element'
import './styles/tokens.css'
import './styles/elementVars.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/sheet.css'
import './styles/print.css'
import { PiniaColada } from '@pinia/colada'
import { ID_INJECTION_KEY } from 'element-plus'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { guardTab } from './core/form/unsaved'
import { router } from './router'

createApp(App)
  // Makes Element Plus use the popper container of index.html.
  .provide(ID_INJECTION_KEY, { prefix: 1, current: 0 })
  .use(createPinia())
  .use(PiniaColada, {})
  .use(router)
  .mount('#app')
guardTab()
