/** A daemon on the cluster in memory, on the machine's clock, hastened. */
import { onTestFinished } from 'vitest'
import { FetchedSchemas } from '../../../src/app/capture/fetched-schemas.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { hastenedClock } from '../hastened-clock.ts'
import { Daemon, type DaemonParts } from '../../../src/app/translate/daemon.ts'
import type { SourceReport } from '../../../src/app/translate/source-state.ts'
import type { Log, Metrics } from '../../../src/ports/clock-log-metrics.ts'
import { type Installation, names } from '../bench-project.ts'

export const silent: Log = { error: () => undefined, warn: () => undefined, info: () => undefined }
export const uncounted: Metrics = { add: () => undefined, set: () => undefined, observe: () => undefined }

/** Ten seconds of the machine. */
export const transactionTimeoutMs = 100_000

export interface RunningDaemon {
  readonly daemon: Daemon
  readonly stop: () => Promise<void>
  /** Resolves when it has ended. */
  readonly stopped: Promise<void>
}

/** `other` ports stand in for those of the installation. Stopped when the test ends. */
export function start(
  { kafka, schemaRegistry, rowStores }: Installation,
  other: Partial<DaemonParts> = {},
): RunningDaemon {
  const stopping = new AbortController()
  const daemon = new Daemon({
    names,
    openLease: kafka.openLease,
    openPublisher: kafka.openPublisher,
    openRowStore: rowStores.openRowStore,
    openRawLog: kafka.openRawLog,
    schemas: new FetchedSchemas(schemaRegistry),
    openControlLog: kafka.openControlLog,
    topicAdmin: kafka.topicAdmin,
    topicReader: kafka.topicReader,
    newOwnershipLog: kafka.newOwnershipLog,
    keys: new Map(),
    transactionTimeoutMs,
    clock: hastenedClock,
    log: silent,
    metrics: uncounted,
    uuid: () => crypto.randomUUID(),
    actor: 'daemon of a test',
    protectionOf: async () => await Promise.resolve({ verdict: 'protected', why: '' }),
    timeZoneDatabase: 'test',
    ...other,
  })
  const running = daemon.run(stopping.signal)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  onTestFinished(stop)
  return { daemon, stop, stopped: running }
}

/** Waits for a state of the one source; the test's time-out is the bound. */
export async function reached(daemon: Daemon, wanted: (report: SourceReport) => boolean): Promise<SourceReport> {
  for (;;) {
    const [report] = daemon.reports()
    if (report !== undefined && wanted(report)) return report
    await systemClock.sleep(5)
  }
}

export const translated =
  (count: number) =>
  ({ counts }: SourceReport): boolean =>
    counts.events >= count

export const halted = ({ state }: SourceReport): boolean => state.phase === 'halted'
