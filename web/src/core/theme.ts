export const themes = { auto: '跟随系统', light: '浅色', dark: '深色' } as const
export type Theme = keyof typeof themes

declare global {
  interface Window {
    /** Set by public/theme.js before the first paint. */
    crmTheme?: { get(): Theme; set(theme: Theme): void }
  }
}
export const currentTheme = (): Theme => window.crmTheme?.get() ?? 'auto'
export const setTheme = (theme: Theme): void => window.crmTheme?.set(theme)
