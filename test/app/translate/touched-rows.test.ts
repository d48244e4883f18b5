/** Rows that a later snapshot was the first to show, and a transaction that changes one of them before it has ended. */
import { describe, expect, it } from 'vitest'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import { contractsById, readableEvent } from '../../../src/app/observe/decode-event.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { OpenPublisher } from '../../../src/ports/kafka/publisher.ts'
import { recorded, type TextRecord } from '../../core/capture/raw-log-of.ts'
import { inOrder, mapping, project, without } from '../../core/translation/seen-orders.ts'
import { type Installation, installation, names } from '../bench-project.ts'
import { halted, reached, start } from './running-daemon.ts'
import { recordsIn } from './said-stages.ts'

const [incremental, blocking] = [recorded('notified-incremental'), recorded('notified-blocking')]
const at = (log: readonly TextRecord[], text: string, from = 0): number =>
  log.findIndex(({ value }, index) => index >= from && String(value).includes(text))
/** In the middle of the snapshot, behind a transaction. */
const end = at(incremental, '"status":"END"', at(incremental, '"chunk_index":"5"'))
const begin = at(blocking, 'behind it') - 1
/** An update of order 101, as BEGIN, row and END. */
const change = blocking.slice(begin, begin + 3)

/** The same update so often that the transaction is too much for a turn. */
function often(times: number): readonly TextRecord[] {
  const [first, row, last] = change.map((record) => ({ ...record, value: String(record.value) }))
  if (first === undefined || row === undefined || last === undefined) return expect.unreachable()
  const image = /"after":({.*?}),"source"/.exec(row.value)?.[1] ?? ''
  const again = row.value.replace(/"before":{.*?},"after"/, () => `"before":${image},"after"`)
  const rows = Array.from({ length: times }, (_, index) => ({
    ...row,
    value: (index === 0 ? row.value : again).replace(/_order":1/g, `_order":${index + 1}`),
  }))
  return [first, ...rows, { ...last, value: last.value.replace(/"event_count":1/g, `"event_count":${times}`) }]
}

async function filled(changing: readonly TextRecord[], text = mapping): Promise<Installation & { length: number }> {
  const bench = installation()
  const log = inOrder(without('orders'), incremental.slice(0, end + 1), changing, incremental.slice(end + 1))
  const config = { 'cleanup.policy': 'delete', 'retention.ms': '-1' }
  await bench.kafka.topicAdmin.ensure([{ topic: names.rawLog('s'), partitions: 1, config }])
  for (const { key, value } of log) {
    const bytes = (what: TextRecord['value'] | undefined): Buffer | null => (what == null ? null : Buffer.from(what))
    bench.kafka.cluster.append(names.rawLog('s'), { key: bytes(key), value: bytes(value) })
  }
  await bench.register(await project(text))
  return { ...bench, length: log.length }
}

async function published(bench: Installation): Promise<readonly string[]> {
  const contracts = contractsById(await readRegistry(bench.kafka.openControlLog))
  const records = await recordsIn(bench, 'orders.v1')
  return records.map((record) => {
    const fields = readableEvent(record, contracts).fields
    return `${String(fields?.['id'])} ${String(fields?.['how'])}`
  })
}

const inSourceOrder = [
  '107 update',
  '101 insert',
  '101 update',
  ...[1, 2, 3, 102, 103, 104, 105, 106].map((id) => `${id} insert`),
]

async function translatedAll(changing: readonly TextRecord[], parts: Partial<DaemonParts>): Promise<readonly string[]> {
  const bench = await filled(changing)
  const { daemon, stop } = start(bench, parts)
  await reached(daemon, ({ next }) => next === bench.length)
  await stop()
  return await published(bench)
}

describe('a row that no rule has seen and a transaction changes', () => {
  it.each([
    ['is held', change, {}],
    ['takes more than one turn', often(2_100), {}],
    ['is too large to be held', change, { budget: { rows: 0, bytes: 1_000_000 } }],
  ] as const)('is seen as it was, and then changed, where the transaction %s', async (_, changing, parts) => {
    expect(await translatedAll(changing, parts)).toEqual(inSourceOrder)
  })

  it('comes in the Kafka transaction of its change: no kill comes in between', async () => {
    const bench = await filled(often(2_100))
    const committed: number[] = []
    const openPublisher: OpenPublisher = async (options) => {
      const publisher = await bench.kafka.openPublisher(options)
      let appended = 0
      return {
        checkpoint: publisher.checkpoint,
        append: (record) => {
          appended += 1
          return publisher.append(record)
        },
        commit: async (commit) => {
          committed.push(appended)
          appended = 0
          await publisher.commit(commit)
        },
        close: async () => await publisher.close(),
      }
    }
    const { daemon, stop } = start(bench, { openPublisher })
    await reached(daemon, ({ next }) => next === bench.length)
    await stop()
    expect(committed.filter((records) => records > 0).slice(0, 2)).toEqual([1, 2])
  })

  it('is published by no look at a transaction that halts the source', async () => {
    const halting = mapping
      .replace(
        'how: {const: update}',
        `how: "after.note == 'behind it' ? string(1 / (after.id - after.id)) : 'update'"`,
      )
      .replace('onError: {default: deadLetter', 'onError: {default: haltSource')
    const bench = await filled(change, halting)
    const { daemon, stop } = start(bench)
    await reached(daemon, halted)
    await stop()
    expect(await published(bench)).toEqual(['107 update'])
  })
})
