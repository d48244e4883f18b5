import { describe, expect, it } from 'vitest'
import { type FailureHistory, judge } from '../../../src/core/delivery/failure-verdict.ts'

const refused = { code: 'PUBLISH_REFUSED', disposition: 'retry', position: 7 } as const

describe('the verdict on a failure', () => {
  it('reopens and replays after an uncertain outcome, waiting longer each time', () => {
    let history: FailureHistory | null = null
    const waits: number[] = []
    for (let time = 0; time < 9; time++) {
      const judged = judge({ code: 'PUBLISH_UNCERTAIN', disposition: 'retry', position: 7 }, history)
      history = judged.history
      if (judged.verdict.kind === 'reopen') waits.push(judged.verdict.afterMs)
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1600, 3000, 3000, 3000])
  })

  it('leaves the lease when it was fenced', () => {
    expect(judge({ code: 'FENCED', disposition: 'retry', position: 7 }, null).verdict).toEqual({ kind: 'leave' })
  })

  it('halts when the broker refuses the same records three times', () => {
    const once = judge(refused, null)
    const twice = judge(refused, once.history)
    const thrice = judge(refused, twice.history)
    expect([once, twice, thrice].map(({ verdict }) => verdict.kind)).toEqual(['reopen', 'reopen', 'halt'])
  })

  it('counts a refusal at another position from one again', () => {
    const twice = judge(refused, judge(refused, null).history)
    expect(judge({ ...refused, position: 8 }, twice.history).verdict.kind).toBe('reopen')
  })

  it('halts at once on what does not pass by itself', () => {
    expect(judge({ code: 'TX_GAP', disposition: 'halt', position: 7 }, null).verdict).toEqual({ kind: 'halt' })
  })
})
