import { describe, expect, it } from 'vitest'
import type { Streams } from '../../src/cli/output.ts'
import { progressOf } from '../../src/cli/progress.ts'

function told(progress: Streams['progress']): string {
  let [err, nowMs] = ['', 0]
  const streams: Streams = { out: () => undefined, err: (text) => (err += text), colour: 'off', progress }
  const { at, end } = progressOf(streams, 'copying', () => nowMs)
  for (const percent of [10, 20, 30]) {
    nowMs += 6_000
    at(percent)
  }
  end()
  return err
}

describe('progress', () => {
  it('is one line on a terminal, of which nothing is left', () => {
    expect(told('over')).toBe(`\rcopying 10%\rcopying 20%\rcopying 30%\r${' '.repeat(12)}\r`)
  })

  it('is a line every ten seconds elsewhere', () => {
    expect(told('lines')).toBe('copying 20%\n')
  })
})
