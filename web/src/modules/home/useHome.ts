import { home, type HomeCircle, homeCircles } from '@crm/shared/contract/home'
import { useQuery } from '@pinia/colada'
import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call } from '../../core/server/client'

type Circle = Exclude<HomeCircle, 'person'>
export type Choice = { readonly circle: Circle } | { readonly userId: number }
const isCircle = (text: unknown): text is Circle => typeof text === 'string' && text in homeCircles && text !== 'person'

/** 工作台 of whom the address names: `?circle=team`, `?userId=12`, else one's own. */
export function useHome() {
  const route = useRoute()
  const router = useRouter()
  const asked = computed(() => {
    const { circle, userId } = route.query
    if (typeof userId === 'string' && /^[1-9]\d{0,14}$/.test(userId)) return { userId: Number(userId) }
    return isCircle(circle) && circle !== 'me' ? { circle } : {}
  })
  const query = useQuery({
    key: () => ['home', asked.value],
    query: ({ signal }) => call(home.read, { query: asked.value }, { signal }),
    placeholderData: (previous) => previous,
  })
  const choose = (choice: Choice) =>
    void router.push({
      query:
        'userId' in choice
          ? { userId: String(choice.userId) }
          : choice.circle === 'me'
            ? { circle: 'me' }
            : { circle: choice.circle },
    })
  // 财务 and 管理员 own no customers: what they are here for lies in the widest circle they have.
  watch(
    query.data,
    (home) => {
      const isAsked = 'circle' in route.query || 'userId' in route.query
      const widest = home?.choices.circles.at(-1)
      if (home?.circle === 'me' && home.blocks.length === 0 && home.failed.length === 0 && widest !== 'me' && !isAsked)
        void router.replace({ query: { circle: widest } })
    },
    { immediate: true },
  )
  return { query, choose }
}
