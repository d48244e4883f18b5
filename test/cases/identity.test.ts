import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.ts'

describe('a repeat', () => {
  it('is one only with equal contents: rows that are numbered from 1 again halt the source', async () => {
    expect(await runCase('numbering-starts-again')).toMatchObject({ published: [], halted: 'TX_DIVERGED' })
  })
})
