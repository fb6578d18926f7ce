export { default as SettingsTabs } from './SettingsTabs.vue'
