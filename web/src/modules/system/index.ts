export { default as SettingsHeader } from './SettingsHeader.vue'
