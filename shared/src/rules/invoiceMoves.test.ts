import { describe, expect, it } from 'vitest'
import { invoiceStates, type InvoiceState } from '../entities/invoice.ts'
import { invoiceMoves, type InvoiceMove, isInvoiceValid, mayMoveInvoice } from './invoiceMoves.ts'

const states = Object.keys(invoiceStates) as InvoiceState[]
const moves = Object.keys(invoiceMoves) as InvoiceMove[]
const from = (state: InvoiceState, redOfId: number | null = null) =>
  moves.filter((move) => mayMoveInvoice(move, { state, redOfId }))

describe('发票的步骤', () => {
  it('每个状态能走的步骤', () => {
    expect(Object.fromEntries(states.map((state) => [state, from(state)]))).toEqual({
      applied: ['approve', 'reject', 'issue', 'void'],
      approved: ['issue', 'void'],
      issued: ['red'],
      rejected: [],
      void: [],
    })
  })

  it('红字发票不能再动', () => {
    for (const state of states) expect(from(state, 7)).toEqual([])
  })

  it('驳回和作废的不占开票额', () => {
    expect(states.filter(isInvoiceValid)).toEqual(['applied', 'approved', 'issued'])
  })
})
