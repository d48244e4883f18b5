import { describe } from 'vitest'
import { memorySignalSender } from '../../../src/adapters/memory/database/memory-signal-sender.ts'
import type { Signal } from '../../../src/core/capture/connector/snapshot-signal.ts'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { signalSenderContract } from '../../contract/signal-sender.ts'

describe('the signal table in memory', () => {
  const table = tableName('public', 'signals')
  const signals: Signal[] = []
  signalSenderContract({
    table,
    missing: tableName('public', 'none'),
    open: async () =>
      await Promise.resolve(
        memorySignalSender({ tables: new Set([table]), committed: (signal) => void signals.push(signal) }),
      ),
    rows: async () => await Promise.resolve(signals.map(({ id, type, data }) => [id, type, data])),
  })
})
