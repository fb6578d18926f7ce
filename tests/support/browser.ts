import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Disposable, type Page, type Request } from 'playwright-core'
import { COOKIE } from '@crm/server/core/access/auth'
import type { ExportLimits, Module } from '@crm/server/core/http/module'
import { openTestApp, type TestApp } from './app.ts'
import type { Username } from './office.ts'
import { repository } from './serverProcess.ts'

/** The built pages; another folder while they are being worked on. */
const WEB_DIR = process.env['WEB_DIST'] ?? join(repository, 'web/dist')
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
/** A name like those of an office's network: plain HTTP there is no secure context, as localhost is. */
export const LAN_HOST = 'crm.lan'
/**
 * The last of these flags counts, so what Playwright switches off is said again; and the two pages that every window loads for an
 * address bar nobody sees: 0.2 s of processor for each page a test opens.
 */
const NOT_NEEDED = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
]
const FLAGS = [
  `--disable-features=${NOT_NEEDED.join()}`,
  `--host-resolver-rules=MAP ${LAN_HOST} 127.0.0.1`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]
/** Long enough for two busy cores; a screen that needs it is looked at elsewhere. */
const PATIENCE_MS = 15_000

export interface Screen {
  readonly width: number
  readonly height: number
}
/** What an office laptop leaves of 1366x768, and a phone. */
export const screens = { desk: { width: 1366, height: 641 }, phone: { width: 390, height: 844 } } as const
export interface Visit {
  readonly screen?: Screen
  readonly theme?: 'light' | 'dark'
  /** In a context nobody else ever gets: for tests that change the context itself, its clock, scripts or permissions. */
  readonly isAlone?: boolean
}

export interface BrowserApp extends TestApp {
  readonly url: string
  /** A page of somebody who is signed in, at `path`: nothing of any other page is stored there. */
  readonly open: (who: Username, path: string, visit?: Visit) => Promise<Page>
  /** A browser in which nobody has signed in yet. */
  readonly stranger: (visit?: Visit) => Promise<Page>
  /** Fills in the form of the sign-in page. */
  readonly enter: (page: Page, username: string, password?: string) => Promise<void>
  /** Errors of the console and requests that left the origin, since the last question. */
  readonly troubles: () => string[]
  /** Fails the test that left troubles behind. */
  readonly refuseTroubles: () => void
  /** Drops troubles that the test itself provoked: the status a refusal logs. */
  readonly forgive: (provoked: RegExp) => void
}

/** The pages live on the day of the test's office, whatever day it is outside: from its hour on their clock goes on. */
function keepOfficeTime({ office, real }: { office: number; real: number }): void {
  const Outside = Date
  const now = () => Outside.now() + office - real
  globalThis.Date = new Proxy(Outside, {
    construct: (of, given: unknown[], target) =>
      Reflect.construct(of, given.length === 0 ? [now()] : given, target) as Date,
    apply: () => new Outside(now()).toString(),
    get: (of, key, from) => (key === 'now' ? now : (Reflect.get(of, key, from) as unknown)),
  })
}

/** What web/src/core/session.ts keeps. */
const SIGNED_IN = 'crm:signedIn'
/** The first document of a tab finds stored what it would find after signing in, and nothing else. */
function beginAfresh(signedIn: string): void {
  if (window !== top || sessionStorage.getItem('begun') !== null) return
  sessionStorage.setItem('begun', '1')
  localStorage.clear()
  localStorage.setItem(signedIn, '1')
}

/** One for all files of a worker; it ends with the worker. */
let browser: Browser | undefined
async function theBrowser(): Promise<Browser> {
  if (!browser?.isConnected()) browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  return browser
}

/** The whole product in Chromium: real pages, real server on a port of its own, the office of all tests. Close it after. */
export async function openBrowserApp({
  host = '127.0.0.1',
  ...deps
}: { host?: string; modules?: readonly Module[]; exportLimits?: ExportLimits } = {}): Promise<BrowserApp> {
  if (!existsSync(join(WEB_DIR, 'index.html'))) throw new Error(`${WEB_DIR}: 网页还没有构建,请用 npm test 运行`)
  const test = await openTestApp({ webDir: WEB_DIR, ...deps })
  const chrome = await theBrowser()
  await test.app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://${host}:${(test.app.server.address() as AddressInfo).port}`
  let troubles: string[] = []

  const ends: (() => Promise<void>)[] = []
  async function contextOf({ screen = screens.desk, theme = 'light' }: Visit): Promise<BrowserContext> {
    const isPhone = screen.width < 768
    const context = await chrome.newContext({
      baseURL: url,
      viewport: screen,
      isMobile: isPhone,
      hasTouch: isPhone,
      colorScheme: theme,
      // Half-faded layers have no contrast worth measuring.
      reducedMotion: 'reduce',
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    })
    ends.push(context.close.bind(context))
    context.setDefaultTimeout(PATIENCE_MS)
    watch(context, url, (trouble) => troubles.push(trouble))
    return context
  }
  const tellTime = (context: BrowserContext): Promise<Disposable> =>
    context.addInitScript(keepOfficeTime, { office: Date.parse(test.clock.now()), real: Date.now() })
  async function enter(page: Page, username: string, password = test.password): Promise<void> {
    await page.goto('/login')
    await page.getByLabel('用户名').fill(username)
    await page.getByRole('textbox', { name: '密码' }).fill(password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.waitForURL((at) => at.pathname !== '/login')
  }

  /** Contexts that are closed: their next page need not fetch and compile the scripts again. */
  const idle = new Map<string, BrowserContext[]>()
  async function contextFor(who: Username, { isAlone = false, ...look }: Visit): Promise<BrowserContext> {
    const key = JSON.stringify([who, look])
    const context = (!isAlone && idle.get(key)?.pop()) || (await contextOf(look))
    const value = (await test.signIn(who)).slice(COOKIE.length + 1)
    await context.clearCookies()
    await context.addCookies([{ name: COOKIE, value, url, httpOnly: true, sameSite: 'Strict' }])
    const time = await tellTime(context)
    if (isAlone) return context
    let isOpen = true
    context.close = async () => {
      if (!isOpen) return
      isOpen = false
      await Promise.all(context.pages().map((page) => page.close()))
      await context.unrouteAll()
      await time.dispose()
      idle.set(key, [...(idle.get(key) ?? []), context])
    }
    return context
  }
  function taken(): string[] {
    const found = troubles
    troubles = []
    return found
  }
  return {
    ...test,
    url,
    enter,
    async open(who, path, visit = {}) {
      const page = await (await contextFor(who, visit)).newPage()
      await page.addInitScript(beginAfresh, SIGNED_IN)
      await page.goto(path)
      return page
    },
    async stranger(visit = {}) {
      const context = await contextOf(visit)
      await tellTime(context)
      return context.newPage()
    },
    troubles: taken,
    refuseTroubles() {
      const found = taken()
      if (found.length > 0) throw new Error(found.join('\n'))
    },
    forgive: (provoked) => void (troubles = troubles.filter((trouble) => !provoked.test(trouble))),
    async close() {
      // First: a page that is still asking must not meet a server that is gone.
      await Promise.all(ends.map((end) => end()))
      await test.close()
    },
  }
}
/** Read within the browser: what pages made, and the parts of its PDF viewer. */
const WITHOUT_NETWORK = /^(?:blob|data|chrome|chrome-extension):/

function watch(context: BrowserContext, origin: string, onTrouble: (trouble: string) => void): void {
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      onTrouble(`console ${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (web) => onTrouble(`uncaught: ${web.error().stack ?? String(web.error())}`))
  context.on('request', (request) => {
    const to = request.url()
    if (!to.startsWith(`${origin}/`) && !WITHOUT_NETWORK.test(to)) onTrouble(`request left the origin: ${to}`)
  })
}

const RULES: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}
/** The rules whose answer a theme can change: it swaps colours on the same elements. */
const COLOUR_RULES: RunOptions = {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
}
let axeText: Promise<string> | undefined
const axeSource = () => (axeText ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))

/** What axe-core holds against the page as it is now, in lines fit for a failing test. */
export async function axeProblems(page: Page, asked = RULES): Promise<string[]> {
  const hasAxe = await page.evaluate(() => 'axe' in globalThis)
  if (!hasAxe) await page.evaluate(await axeSource())
  const { violations } = await page.evaluate(
    (rules) => (globalThis as unknown as { axe: { run: (rules: RunOptions) => Promise<AxeResults> } }).axe.run(rules),
    asked,
  )
  return violations.flatMap(({ help, id, nodes }) =>
    nodes.map(
      ({ failureSummary = '', html, target }) =>
        `${id}: ${help}\n  ${target.join(' ')}\n  ${html.slice(0, 200)}\n  ${failureSummary.replaceAll('\n', ' ')}`,
    ),
  )
}

/**
 * What is wrong with a page opened in the light, as it is now: axe, its colours in the dark too, and scrolling sideways.
 * Turning the theme over saves loading and filling every screen a second time.
 */
export async function flaws(page: Page): Promise<string[]> {
  const found = await axeProblems(page)
  if (await isTooWide(page)) found.push('the page scrolls sideways')
  await turn(page, 'dark')
  found.push(...(await axeProblems(page, COLOUR_RULES)).map((problem) => `dark ${problem}`))
  await turn(page, 'light')
  return found
}

async function turn(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark, theme === 'dark')
  await drawn(page)
  // Colours may fade over: half-way they are neither theme's.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation instanceof CSSTransition)
        .map(({ finished }) => finished),
    ),
  )
}

/** Two frames: what arrived is drawn, and what that asks for is on its way. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

/** Goes to `path` and waits until the page has a heading and nothing more to ask the server. */
export async function visit(page: Page, path: string): Promise<void> {
  const pending = new Set<unknown>()
  // The script of the shared worker is asked for by the page and answered to the worker.
  const begin = (request: Request) => void (request.url().includes('.worker-') || pending.add(request))
  const end = (request: unknown) => void pending.delete(request)
  page.on('request', begin).on('requestfinished', end).on('requestfailed', end)
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  do await drawn(page)
  while (pending.size > 0)
  page.off('request', begin).off('requestfinished', end).off('requestfailed', end)
}

/** Whether the page scrolls sideways, which no page may. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
