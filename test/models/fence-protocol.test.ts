import { describe, expect, it } from 'vitest'
import { explore } from './explore.ts'
import { type FenceDefence, fenceDefences, fenceProtocol } from './fence-protocol.ts'

describe('the fence protocol, explored with writers in flight, a cancel, a way back and a zombie', () => {
  it('lets one publish at a time, in epochs that only grow, and loses no write', () => {
    const { states, tear } = explore(fenceProtocol(null))
    expect(tear?.promise, tear?.trace.join('\n')).toBeUndefined()
    expect(states).toBeGreaterThan(1_000)
  })

  const tears: Readonly<Record<FenceDefence, string>> = {
    guard: 'an application has written behind the fence',
    'handover in one transaction': 'an application has written behind the fence',
    'lift after decision': 'the guard was lifted, and the scope handed over',
    'native reads ownership': 'an epoch decreases in the topic',
    'native fenced': 'an epoch decreases in the topic',
    'violations set aside': 'two publish in one epoch',
  }
  it.each(fenceDefences)('tears without: %s', (defence) => {
    const { tear } = explore(fenceProtocol(defence))
    expect(tear?.promise, tear?.trace.join('\n')).toBe(tears[defence])
    expect(tear?.trace.length).toBeGreaterThan(0)
  })
})
