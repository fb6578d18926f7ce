import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const CHROMIUMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of the e2e tests, or undefined. CHROMIUM_PATH decides when set: a wrong one is told, not worked around. */
export function chromiumPath() {
  const candidates = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : CHROMIUMS
  return candidates.find((path) => existsSync(path))
}

const inPath = (command) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)))

/** What the fault tests call and this machine lacks. */
export const missingFaultTools = () => ['strace', 'faketime'].filter((command) => !inPath(command))

export const chromiumMissing = `没有找到 Chromium,浏览器测试无法运行。Debian / Ubuntu 请执行:
  sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium fonts-noto-cjk
已安装在别处时,设置环境变量 CHROMIUM_PATH=/路径/chromium。
Chromium is missing, so the browser tests cannot run: install it as above or set CHROMIUM_PATH.`

export const faultToolsMissing = (
  commands,
) => `没有找到 ${commands.join('、')},故障测试没有运行。Debian / Ubuntu 请执行:
  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${commands.join(' ')}
The fault tests did not run: install what is named above.`
