import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

const SERVER = 'http://127.0.0.1:8080'
/** What Element Plus itself needs; 360 and 双核 browsers in 极速 mode are at least this new. */
const BROWSERS = ['chrome87', 'edge88', 'firefox79', 'safari14.1']

/** Under one packet nothing is gained. */
const LEAST_BYTES = 1_400

/** A .gz beside every text file, which the server sends instead: over plain HTTP browsers take no brotli, and packing per request costs more. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    writeBundle({ dir }) {
      for (const name of readdirSync(dir!, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|json)$/.test(name)) continue
        const plain = readFileSync(join(dir!, name))
        if (plain.length >= LEAST_BYTES) writeFileSync(join(dir!, `${name}.gz`), gzipSync(plain, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  plugins: [vue(), packed()],
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
