import { dictionaries } from '@crm/shared/contract/system'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { call } from '../server/client'

const FRESH_MS = 5 * 60_000
const PAGE = 200
/** More dictionary items than an office ever keeps; a bound against a loop without end. */
const MOST_PAGES = 20

export interface DictionaryItem {
  readonly id: number
  readonly dictionary: string
  readonly code: string | null
  readonly label: string
  readonly active: boolean
}
async function readAll(signal: AbortSignal): Promise<DictionaryItem[]> {
  const items: DictionaryItem[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const part = await call(dictionaries.list, { query: { page, size: PAGE, sort: 'position' } }, { signal })
    items.push(...part.items)
    if (part.items.length < PAGE) break
  }
  return items
}

/** The office's own lists (基础资料): items to choose from and the label behind a code. */
export function useDictionaries() {
  const query = useQuery({ key: ['dictionaries'], query: ({ signal }) => readAll(signal), staleTime: FRESH_MS })
  const all = computed(() => query.data.value ?? [])
  const labels = computed(() => new Map(all.value.map((item) => [`${item.dictionary}.${item.code}`, item.label])))
  const itemsOf = (dictionary: string) => all.value.filter((item) => item.dictionary === dictionary)
  /** Nothing until the labels are there; the code itself where there is none. */
  const labelOf = (dictionary: string, code: string) =>
    labels.value.get(`${dictionary}.${code}`) ?? (query.data.value || query.error.value ? code : '')
  return { itemsOf, labelOf }
}
