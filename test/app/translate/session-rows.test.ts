import { describe, expect, it } from 'vitest'
import { MemoryRowStores } from '../../../src/adapters/memory/memory-row-store.ts'
import { RowsReport } from '../../../src/app/translate/rows/rows-report.ts'
import { SessionRows } from '../../../src/app/translate/rows/session-rows.ts'
import { type Checkpoint, firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { decodeMark } from '../../../src/core/rows/stored/store-mark.ts'
import type { ReadAgain } from '../../../src/core/translation/read-again.ts'
import type { RawLog } from '../../../src/ports/raw-log.ts'
import { settings } from '../../core/expression/scopes.ts'
import { uncounted } from './running-daemon.ts'

const at = (next: number): Checkpoint =>
  firstCheckpoint({ source: 'bench', incarnation: 1, next, registryOffset: 0, timeZoneDatabase: 'test' })

describe('rows of a transaction that is read again', () => {
  it('are kept before the store says that it accounts for them, however long that takes', async () => {
    const store = await new MemoryRowStores().openRowStore('bench')
    let nowMs = 0
    // Every look at the clock finds a store that was not written for long.
    const clock = { nowMs: () => (nowMs += 60_000), wallMs: () => 0, sleep: async () => await Promise.resolve() }
    const report = new RowsReport({ source: 'bench', metrics: uncounted })
    const catalog = { capture: settings, catalog: { source: 'bench', kind: 'postgres', tables: new Map() } } as const
    const rows = new SessionRows(store, { catalog, clock, report })
    await rows.beginAt(at(1), new Map())
    const stood = (): number | undefined => decodeMark(store.mark ?? '')?.checkpoint.next
    const seen: (number | undefined)[] = []
    const log: Pick<RawLog, 'read' | 'close'> = {
      read: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(stood())
        return { count: 0, next: 2 } as Awaited<ReturnType<RawLog['read']>>
      },
      close: async () => await Promise.resolve(),
    }
    const reading = { transaction: { from: 1, to: 2 }, changeAt: () => null, endPass: () => undefined }
    const kept = await rows.aroundLarge(
      reading as unknown as ReadAgain,
      async () => await Promise.resolve(log as RawLog),
      {
        ended: new AbortController().signal,
        publish: async () => {
          rows.rows.seal(at(2))
          rows.writer.visible()
          return await Promise.resolve(true)
        },
      },
    )
    await rows.writer.flush()
    expect({ kept, seen, then: stood() }).toEqual({ kept: true, seen: [1], then: 2 })
  })
})
