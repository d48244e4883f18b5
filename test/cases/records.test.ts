import { describe, expect, it } from 'vitest'
import { runCase } from './run-case.ts'

describe('a record that is not what it seems', () => {
  it('is no heartbeat because a row has a column ts_ms', async () => {
    expect(await runCase('foreign-record-as-heartbeat')).toMatchObject({ published: [], halted: 'UNKNOWN_RECORD' })
  })
})
