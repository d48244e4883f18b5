import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import type { FenceMove } from '../../../src/core/capture/own-tables.ts'
import type { AssemblyOutcome } from '../../../src/core/transaction/assembly-outcome.ts'
import { OpenFences } from '../../../src/core/translation/ownership/open-fences.ts'

const fence: FenceMove = { mapping: 'orders', scope: '3', owner: 'native', epoch: 2 }
// Of a message and of an outcome nothing but this is looked at.
const begin = { kind: 'begin' } as CaptureMessage
const row = { kind: 'row', fence } as CaptureMessage
const end = { kind: 'end' } as CaptureMessage
const nothing: AssemblyOutcome = { kind: 'nothing' }
const ended = (kind: 'passed' | 'replayed'): AssemblyOutcome => ({ kind, rows: 1, suspect: null })

describe('the fences that a source transaction moves', () => {
  it('are told at its end, each once, however often its rows are read', () => {
    const fences = new OpenFences()
    for (const message of [begin, row, begin, row, row]) expect(fences.moves(message, nothing)).toEqual([])
    expect(fences.moves(end, ended('passed'))).toEqual([fence])
    expect(fences.moves(end, ended('passed'))).toEqual([])
  })

  it('are nothing new where the transaction was translated before', () => {
    const fences = new OpenFences()
    fences.moves(row, nothing)
    expect(fences.moves(end, ended('replayed'))).toEqual([])
  })

  it('must not be part of a transaction that is not held', () => {
    const fences = new OpenFences()
    fences.moves(row, nothing)
    const large = { kind: 'large', transaction: { rows: 9 }, suspect: null } as AssemblyOutcome
    expect(() => fences.moves(end, large)).toThrow(expect.objectContaining({ code: 'FENCE_NOT_ALONE' }))
  })
})
