/** The sizes we print on; A5 lies on its side (回款单). */
export const papers = { A4: 'A4', A5: 'A5 landscape' } as const
export type Paper = keyof typeof papers

/** Browsers that print what stands in the margins of a page; elsewhere the document says it itself, and the browser counts the pages. */
export const hasMargins = (): boolean => 'CSSMarginRule' in window

/** One of several documents that are printed together: `page` names its pages (CSS), `title` stands at the head of each. */
export interface PrintedPart {
  readonly page: string
  readonly title: string
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replace(/\s+/g, ' ')}"`

const ruleOf = ({ page, title }: PrintedPart): string =>
  `@page ${page} { @top-left { content: ${quoted(title)} } } @page ${page}:first { @top-left { content: none } }`

/** What stands in the margins: who printed it when, the page's number, and from the second page on what it belongs to. */
export function pageRules(
  paper: Paper,
  {
    title,
    printed,
    parts = [],
  }: { readonly title: string; readonly printed: string; readonly parts?: readonly PrintedPart[] },
): string {
  const small = 'font-size: 9pt; color: #000'
  return `@page {
    size: ${papers[paper]};
    margin: 14mm 12mm 16mm;
    @top-left { content: ${quoted(title)}; ${small} }
    @bottom-left { content: ${quoted(printed)}; ${small} }
    @bottom-right { content: '第 ' counter(page) ' 页 / 共 ' counter(pages) ' 页'; ${small} }
  }
  @page :first { @top-left { content: none } }
  ${parts.map((part) => ruleOf(part)).join('\n  ')}
  ${parts.length > 0 ? /* What follows the last sheet begins no page of its own. */ `body { page: ${parts.at(-1)!.page} }` : ''}`
}

/** Rules of a page as long as it is open. Constructed: the content policy allows no style element. Nothing where a browser cannot. */
export function withPageRules(rules: string): () => void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(rules)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet))
  } catch {
    return () => undefined
  }
}
