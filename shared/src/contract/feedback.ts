import { feedback as entity } from '../entities/feedback.ts'
import { crudEndpoints, endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { longText } from '../kernel/field.ts'

export type Feedback = RowOf<typeof entity>

const step = (name: string, summary: string) =>
  endpoint<Feedback>()('POST', `/api/feedback/:id/${name}`, 'feedback.update', {
    summary,
    params: ID_PARAM,
    body: { version: VERSION_FIELD },
  })

export const feedback = {
  ...crudEndpoints(entity, {
    query: {
      ownerId: { as: 'ids', max: 100, label: '客户负责人' },
      teamId: { as: 'ids', max: 100, label: '客户所属部门' },
    },
  }),
  start: step('start', '开始处理反馈'),
  resolve: endpoint<Feedback>()('POST', '/api/feedback/:id/resolve', 'feedback.update', {
    summary: '登记反馈的处理结果',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, result: longText({ label: '处理结果', max: 4000 }) },
  }),
  close: step('close', '关闭反馈'),
  reopen: step('reopen', '重新处理反馈'),
}
