/** Tells the registry log which tables the catalog of a source knows, so that rows of any other are noticed. */
import { controlFormat, type TablesRecord } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead } from '../../core/registry/registry-state.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import type { ControlLog } from '../../ports/control-log.ts'

/** Appends nothing when the log says so already. Raises `REGISTRATION_CONFLICT` and what the log raises. */
export async function registerTables(
  told: Pick<TablesRecord, 'source' | 'tables' | 'onUnknownTable'>,
  parts: {
    readonly openControlLog: () => Promise<ControlLog>
    readonly actor: string
    readonly wallMs: () => number
    readonly uuid: () => string
  },
): Promise<void> {
  const log = await parts.openControlLog()
  try {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    const { end } = state
    const last = state.tables.get(told.source)
    if (last?.onUnknownTable === told.onUnknownTable && last.tables.join('\n') === told.tables.join('\n')) return
    const uuid = parts.uuid()
    const common = { format: controlFormat, uuid, basedOn: end, atMs: parts.wallMs(), actor: parts.actor } as const
    await log.append(encodeControlRecord({ kind: 'tables', ...common, ...told }))
    acceptedOffset(foldRead(await log.read(end), state), uuid)
  } finally {
    await log.close()
  }
}
