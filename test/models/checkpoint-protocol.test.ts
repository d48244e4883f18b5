import { describe, expect, it } from 'vitest'
import { checkpointProtocol, type Defence, defences } from './checkpoint-protocol.ts'
import { explore } from './explore.ts'

describe('the checkpoint protocol, explored with two instances that crash between any two steps', () => {
  it('publishes each event once and in order, with its checkpoint, and writes no rows ahead of it', () => {
    const { states, tear } = explore(checkpointProtocol(null))
    expect(tear).toBeNull()
    expect(states).toBeGreaterThan(1_000)
  })

  const tears: Readonly<Record<Defence, RegExp>> = {
    fence: /lost, repeated or out of order/,
    'fence before checkpoint': /lost, repeated or out of order/,
    barrier: /lost, repeated or out of order/,
    'one transaction': /the checkpoint is/,
    'spent after failure': /lost, repeated or out of order/,
    'rows after commit': /rows are written/,
  }
  it.each(defences)('tears without: %s', (defence) => {
    const { tear } = explore(checkpointProtocol(defence))
    expect(tear?.promise, tear?.trace.join('\n')).toMatch(tears[defence])
    expect(tear?.trace.length).toBeGreaterThan(0)
  })
})
