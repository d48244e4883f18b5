/** One look at the replication slot of a connector beside its stored offset. */
import { confirmsBehindOffset } from '../../core/capture/connector/settings/checked-settings.ts'
import { kindOf, settingOf } from '../../core/capture/connector/settings/setting-value.ts'
import { compareSlot, type SlotComparison } from '../../core/capture/connector/slot-gap.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ConnectorAdmin } from '../../ports/connect/connector-admin.ts'
import type { ConnectorOffsets } from '../../ports/connect/connector-offsets.ts'
import type { DatabaseInspector } from '../../ports/database/database-inspector.ts'

export interface SlotLookParts {
  readonly connectorAdmin: Pick<ConnectorAdmin, 'config'>
  readonly connectorOffsets: Pick<ConnectorOffsets, 'read'>
  /** By the account of the connector file. */
  readonly openInspector: () => Promise<Pick<DatabaseInspector, 'slotPosition' | 'close'>>
}

/** `unknown` wherever a gap could not be told for certain, whatever stands in the way. */
export async function lookAtSlot(connector: string, parts: SlotLookParts): Promise<SlotComparison> {
  try {
    const settings = await parts.connectorAdmin.config(connector)
    if (settings === null) return unknown(`there is no connector ${connector}`)
    if (kindOf(settings) !== 'postgres') return unknown('the database has no replication slots')
    if (!confirmsBehindOffset(settings))
      return unknown('the driver of the connector confirms by itself (lsn.flush.mode)')
    const confirmed = await confirmedTo(settingOf(settings, 'slot.name') ?? 'debezium', parts)
    // Behind the look at the slot: what is stored meanwhile can only hide a gap, never make one up.
    const [stored = null] = await parts.connectorOffsets.read(connector)
    return compareSlot(confirmed, stored)
  } catch (error) {
    if (!(error instanceof FalseworkError)) throw error
    return unknown(`${error.code}: ${error.message}`)
  }
}

async function confirmedTo(slot: string, { openInspector }: SlotLookParts): Promise<string | null> {
  const inspector = await openInspector()
  try {
    return await inspector.slotPosition(slot)
  } finally {
    await inspector.close()
  }
}

const unknown = (why: string): SlotComparison => ({ kind: 'unknown', why })
