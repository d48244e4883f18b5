/** What operators say of stages, and moves of the fence in the history of the benchmark's source. */
import { plainJson } from '../../../bench/debezium/record-form.ts'
import type { CapturedTable } from '../../../bench/debezium/captured-table.ts'
import {
  placeOf,
  type RawRecord,
  type Row,
  sourceTransaction,
  type TransactionPlace,
} from '../../../bench/debezium/source-transaction.ts'
import { everyUpdate, rowsPerTransaction, updateRow } from '../../../bench/workload.ts'
import { contractsById, readableEvent } from '../../../src/app/observe/decode-event.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { FenceMove } from '../../../src/core/capture/own-tables.ts'
import { decodeOwnership, type OwnedScope } from '../../../src/core/migration/ownership-record.ts'
import { controlFormat, type StageRecord } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import type { TopicRecord } from '../../../src/ports/kafka/topic-reader.ts'
import { type Installation, names, rawLog } from '../bench-project.ts'

export const scoped = (text: string): string => `${text}migration: {scope: {column: orders.store_no}}\n`

let uuids = 0

/** As an operator says it who has seen the ownership. Gives the end of the registry log behind it. */
export async function say(
  { kafka }: Installation,
  word: Pick<StageRecord, 'to' | 'epoch' | 'seen'> & Partial<StageRecord>,
): Promise<number> {
  const log = await kafka.openControlLog()
  const { end } = await readRegistry(kafka.openControlLog)
  await log.append(
    encodeControlRecord({
      kind: 'stage',
      format: controlFormat,
      uuid: `word ${(uuids += 1)}`,
      basedOn: end,
      atMs: 0,
      actor: 'ana',
      mapping: 'order-changed',
      scope: null,
      transition: 'promote',
      reason: null,
      evidence: [],
      waivers: [],
      ...word,
    }),
  )
  await log.close()
  return end + 1
}

const fenceTable: CapturedTable = {
  name: 'public.falsework_fence',
  primaryKey: ['mapping', 'scope'],
  columns: [
    { name: 'mapping', type: 'string', optional: false },
    { name: 'scope', type: 'string', optional: false },
    { name: 'owner', type: 'string', optional: false },
    { name: 'epoch', type: 'int64', optional: false },
  ],
  forms: '{}',
}

/** The source transaction of that number moves the fence, and does nothing else. */
export const fillFence = (bench: Installation, number: number, move: Omit<FenceMove, 'mapping'>): void =>
  fillFences(bench, number, [{ mapping: 'order-changed', ...move }])

/** The same of several, in one source transaction. */
export const fillFences = (bench: Installation, number: number, moves: readonly FenceMove[]): void =>
  fill(bench, fenceRecords(number, moves))

export function fenceRecords(number: number, moves: readonly FenceMove[]): readonly RawRecord[] {
  const rows = moves.map((move) => {
    const after = { ...move, scope: move.scope ?? '' }
    return { table: fenceTable, op: 'u', before: null, after, outcome: null } as const
  })
  return [...sourceTransaction(placeInLog(number), rows)]
}

export const placeInLog = (number: number): TransactionPlace =>
  placeOf(number, { topic: rawLog, form: plainJson, rowsMax: rowsPerTransaction })

function fill({ kafka }: Installation, records: readonly RawRecord[]): void {
  for (const { record } of records) kafka.cluster.append(rawLog, { key: record.key, value: record.value })
}

const syncTable: CapturedTable = {
  name: 'public.falsework_sync',
  primaryKey: ['epoch', 'seq'],
  columns: [
    { name: 'epoch', type: 'int64', optional: false },
    { name: 'seq', type: 'int64', optional: false },
  ],
  forms: '{}',
}

/** The source transaction of that number says that it brings its rows back; with its marks, one an epoch, it has ten. */
export function fillSynced(bench: Installation, number: number, ...epochs: readonly number[]): void {
  const { commitUs } = placeInLog(number)
  const rows = Array.from({ length: rowsPerTransaction - epochs.length }, (_, row) =>
    updateRow({ update: number * rowsPerTransaction + row, commitUs }, everyUpdate),
  )
  fill(bench, syncedRecords(number, rows, ...epochs))
}

/** A source transaction that brings these rows back. */
export function syncedRecords(
  number: number,
  rows: readonly Row[],
  ...epochs: readonly number[]
): readonly RawRecord[] {
  const marks = epochs.map((epoch) => ({
    ...{ table: syncTable, before: null, outcome: null },
    after: { epoch, seq: number },
  }))
  return [...sourceTransaction(placeInLog(number), [...rows, ...marks])]
}

export async function recordsIn({ kafka }: Installation, topic: string): Promise<TopicRecord[]> {
  const options = { from: 'beginning', follow: false, signal: new AbortController().signal } as const
  const records: TopicRecord[] = []
  for await (const record of kafka.topicReader.read(topic, options)) records.push(record)
  return records
}

export const ownershipIn = async (bench: Installation): Promise<OwnedScope[]> =>
  (await recordsIn(bench, names.ownership)).map(({ value }) => decodeOwnership(value ?? Buffer.of()))

export async function storesIn(bench: Installation, topic: string): Promise<string[]> {
  const contracts = contractsById(await readRegistry(bench.kafka.openControlLog))
  const records = await recordsIn(bench, topic)
  return records.map((record) => String(readableEvent(record, contracts).fields?.['storeNo']))
}
