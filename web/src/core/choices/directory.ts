import { directory } from '@crm/shared/contract/org'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { call } from '../server/client'

const FRESH_MS = 5 * 60_000

/** Colleagues and departments by name: for pickers and beside ids. */
export function useDirectory() {
  const query = useQuery({
    key: ['directory'],
    query: ({ signal }) => call(directory.read, {}, { signal }),
    staleTime: FRESH_MS,
  })
  const users = computed(() => query.data.value?.users ?? [])
  const teams = computed(() => query.data.value?.teams ?? [])
  const userName = (id: number) => users.value.find((user) => user.id === id)?.name
  const teamName = (id: number) => teams.value.find((team) => team.id === id)?.name
  return { users, teams, userName, teamName }
}
