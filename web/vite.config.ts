import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const SERVER = 'http://127.0.0.1:8080'
/** What Element Plus itself needs; 360 and 双核 browsers in 极速 mode are at least this new. */
const BROWSERS = ['chrome87', 'edge88', 'firefox79', 'safari14.1']

export default defineConfig({
  plugins: [vue()],
  build: {
    target: BROWSERS,
    cssTarget: BROWSERS,
    // data: URLs would need a wider CSP for every kind of asset.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router|pinia|@pinia)[\\/]/, priority: 2 }],
        },
      },
    },
  },
  server: { proxy: { '/api': SERVER, '/healthz': SERVER } },
})
