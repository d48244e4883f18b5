/** The connector of the legacy database: its history as it comes into the raw log, also when it dies on the way. */
import type { RawRecord } from '../../../../bench/debezium/source-transaction.ts'
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { rawLog } from '../../bench-project.ts'
import { onlyPartition } from '../../translate/simulation/simulated-source.ts'
import type { LegacyDatabase } from './legacy-database.ts'
import type { TroubledParts } from './troubles.ts'

export interface ConnectorParts extends TroubledParts {
  readonly database: LegacyDatabase
  readonly kafka: MemoryKafka
}

export class Connector {
  private readonly parts: ConnectorParts
  /** Source transactions that are in the raw log. */
  written = 0

  constructor(parts: ConnectorParts) {
    this.parts = parts
  }

  async run(stopped: AbortSignal): Promise<void> {
    const { database, clock, random, fails } = this.parts
    while (!stopped.aborted) {
      await clock.sleep(random.integer(5, random.chance(0.2) ? 1_500 : 200))
      if (!this.isReached()) continue
      const due = database.history.slice(this.written)
      const [first] = due
      if (first === undefined) continue
      if (fails && random.chance(0.05)) await this.die(first)
      else for (const records of due) this.append(records)
    }
  }

  /** In the middle of a source transaction, whose records were not committed; or behind it, before its offset was. */
  private async die(records: readonly RawRecord[]): Promise<void> {
    const { kafka, clock, random, met } = this.parts
    if (random.chance(0.5)) {
      met.add('connector dies in a transaction')
      const producer = kafka.cluster.openProducer('connector of bench')
      const partition = onlyPartition(kafka, rawLog)
      for (const { record } of records.slice(0, random.integer(1, records.length))) {
        kafka.cluster.appendTransactional(producer, partition, { key: record.key, value: record.value })
      }
      kafka.cluster.endTransaction(producer, 'aborted')
    } else {
      met.add('connector repeats')
      this.append(records)
      this.written -= random.integer(1, Math.min(3, this.written))
    }
    await clock.sleep(random.integer(0, 3_000))
  }

  private append(records: readonly RawRecord[]): void {
    const { cluster } = this.parts.kafka
    for (const { record } of records) cluster.append(rawLog, { key: record.key, value: record.value })
    this.written += 1
  }

  private isReached(): boolean {
    try {
      this.parts.kafka.cluster.contact()
      return true
    } catch {
      return false
    }
  }
}
