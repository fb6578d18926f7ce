import { defineConfig } from 'vitest/config'

// Node 20 cannot load better-sqlite3 13: it would crash without a word.
if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`测试需要 Node.js 24(当前 ${process.version}),请用 npm test 运行`)
}

const SECOND_MS = 1000
const engine = process.env.CRM_TEST_ENGINE ?? 'sqlite'
if (engine !== 'sqlite' && engine !== 'postgres') throw new Error(`CRM_TEST_ENGINE: sqlite 或 postgres,不是 ${engine}`)

/** They measure time or memory: nothing runs beside them. */
const ALONE = ['backup', 'crash', 'durable', 'start', 'uploads'].map((name) => `tests/fault/${name}.test.ts`)

/**
 * Groups run one after another: what measures time does not share the machine with the rest.
 * Files of one worker share its modules (`isolate: false`): loading server, contract and migrations anew for each
 * file took nearly half the time. So a test file puts back what it changes outside its own database: spies, timers, environment.
 */
export default defineConfig({
  test: {
    // Vitest would leave one processor idle: half of a machine with two.
    maxWorkers: '100%',
    coverage: { provider: 'v8', include: ['server/src/**', 'shared/src/**'] },
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          include: ['{shared,server,web}/**/*.test.ts', 'migrations/**/*.test.ts', 'scripts/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'house',
          include: ['tests/house/**/*.test.ts'],
          testTimeout: 60 * SECOND_MS,
          hookTimeout: 60 * SECOND_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'api',
          isolate: false,
          include: ['tests/api/**/*.test.ts'],
          env: { CRM_TEST_ENGINE: engine },
          // One real PostgreSQL for the whole run; every test file gets a database of its own in it.
          globalSetup: engine === 'postgres' ? ['tests/support/postgres.setup.ts'] : [],
          testTimeout: 20 * SECOND_MS,
          hookTimeout: 60 * SECOND_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          // A worker keeps its modules and its Chromium. Two at most: each is a server, the tests and a browser of several processes.
          isolate: false,
          maxWorkers: 2,
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 60 * SECOND_MS,
          hookTimeout: 120 * SECOND_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'fault',
          include: ['tests/fault/**/*.test.ts'],
          exclude: ALONE,
          testTimeout: 180 * SECOND_MS,
          hookTimeout: 120 * SECOND_MS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'fault-alone',
          include: ALONE,
          fileParallelism: false,
          testTimeout: 180 * SECOND_MS,
          hookTimeout: 120 * SECOND_MS,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
