/** A signal table in memory: the connector that it would be read by is whoever is told. */
import type { Signal } from '../../../core/capture/connector/snapshot-signal.ts'
import type { TableName } from '../../../core/catalog/table-name.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import type { SignalSender } from '../../../ports/database/signal-sender.ts'

export interface MemorySignals {
  /** Those that there are. */
  readonly tables: ReadonlySet<TableName>
  /** A row is committed. */
  readonly committed: (signal: Signal) => void
}

export function memorySignalSender({ tables, committed }: MemorySignals): SignalSender {
  const ids = new Set<string>()
  return {
    send: async (signal) => {
      if (!tables.has(signal.table)) throw new FalseworkError('DATABASE_REFUSED', `there is no table ${signal.table}`)
      if (ids.has(signal.id)) throw new FalseworkError('DATABASE_REFUSED', `there is a signal ${signal.id} already`)
      ids.add(signal.id)
      committed(signal)
      await Promise.resolve()
    },
    close: async () => {
      await Promise.resolve()
    },
  }
}
