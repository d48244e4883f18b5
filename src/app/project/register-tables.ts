/** Tells the registry log which tables the catalog of a source knows, so that rows of any other are noticed. */
import { catalogToJson } from '../../core/catalog/catalog-json.ts'
import { controlFormat, type TablesRecord } from '../../core/registry/control-record.ts'
import { encodeControlRecord } from '../../core/registry/control-record-json.ts'
import { acceptedOffset, foldRead } from '../../core/registry/registry-state.ts'
import { expectAllRead } from '../../core/registry/unread-record.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'

export type TablesToldOf = Pick<TablesRecord, 'source' | 'tables' | 'onUnknownTable' | 'stored'>

/** Appends nothing when the log says so already. Raises `REGISTRATION_CONFLICT` and what the log raises. */
export async function registerTables(
  told: TablesToldOf,
  parts: {
    readonly openControlLog: () => Promise<ControlLog>
    readonly actor: string
    readonly wallMs: () => number
    readonly uuid: () => string
    /** The end of the log that was decided on; absent: as it is now. */
    readonly basedOn?: number
  },
): Promise<void> {
  const log = await parts.openControlLog()
  try {
    const state = foldRead(await log.read(0))
    expectAllRead(state)
    const { end } = state
    const last = state.tables.get(told.source)
    const uuid = parts.uuid()
    const common = {
      format: controlFormat,
      uuid,
      basedOn: parts.basedOn ?? end,
      atMs: parts.wallMs(),
      actor: parts.actor,
    } as const
    const record: TablesRecord = { kind: 'tables', ...common, ...told }
    if (last !== undefined && saysTheSame(last, told)) return
    await log.append(encodeControlRecord(record))
    acceptedOffset(foldRead(await log.read(end), state), uuid)
  } finally {
    await log.close()
  }
}

/** Whether the log need not be told. */
export const saysTheSame = (one: TablesToldOf, other: TablesToldOf): boolean => said(one) === said(other)

function said({ tables, onUnknownTable, stored }: TablesToldOf): string {
  const kept = stored === undefined ? null : [Object.entries(stored.capture).toSorted(), catalogToJson(stored.catalog)]
  return JSON.stringify([tables, onUnknownTable, kept])
}
