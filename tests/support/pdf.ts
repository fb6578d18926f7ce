import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'

/** A page as it is printed: its words without any blanks, and on how many sheets they stand. */
export async function pdfText(page: Page): Promise<{ readonly text: string; readonly pages: number }> {
  const input = await page.pdf({ preferCSSPageSize: true })
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input, encoding: 'utf8' })
  return { text: text.replace(/\s/g, ''), pages: text.split('\f').filter((sheet) => sheet.trim()).length }
}
