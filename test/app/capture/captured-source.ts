/** A connector in memory with its stored offset, and the replication slot that it reads from. */
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { lookAtSlot, type SlotLookParts } from '../../../src/app/capture/slot-look.ts'
import type { SlotComparison } from '../../../src/core/capture/connector/slot-gap.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { ConnectorConfig } from '../../../src/ports/connect/connector-admin.ts'

export const connector = 'shop'

/** Positions are below 2^32, so that a slot spells them with one half. */
export class CapturedSource {
  readonly connect = new MemoryConnect()
  slot: number | null = null
  reachable: 'yes' | 'no' = 'yes'
  /** Called before each question that a look asks: what the source does meanwhile. */
  meanwhile: () => Promise<void> = async () => await Promise.resolve()

  async configure(config: ConnectorConfig = {}): Promise<this> {
    const connectorClass = 'io.debezium.connector.postgresql.PostgresConnector'
    await this.connect.apply(connector, { 'connector.class': connectorClass, ...config })
    return this
  }

  /** What it has sent: the offset is stored first. */
  async store(position: number): Promise<void> {
    const offset = { lsn: position, lsn_commit: position, messageType: 'COMMIT' }
    await this.connect.write(connector, [{ partition: { server: connector }, offset }])
  }

  async sent(position: number): Promise<void> {
    await this.store(position)
    this.slot = position
  }

  look = async (): Promise<SlotComparison> => await lookAtSlot(connector, this.parts())

  private parts(): SlotLookParts {
    return {
      connectorAdmin: this.connect,
      connectorOffsets: {
        read: async (name) => {
          await this.meanwhile()
          return await this.connect.read(name)
        },
      },
      openInspector: async () => {
        await this.meanwhile()
        if (this.reachable === 'no') throw new FalseworkError('DATABASE_UNREACHABLE', 'no answer from db:5432')
        return {
          slotPosition: async () => {
            await this.meanwhile()
            return this.slot === null ? null : `0/${this.slot.toString(16).toUpperCase()}`
          },
          close: async () => await Promise.resolve(),
        }
      },
    }
  }
}
