/** What a preview shows of snapshots of which the connector (3.7.0) was recorded to tell. */
import { expect, it } from 'vitest'
import { memoryKafka } from '../../../src/adapters/memory/memory-kafka.ts'
import { MemorySchemaRegistry } from '../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { FetchedSchemas } from '../../../src/app/capture/fetched-schemas.ts'
import { previewMapping } from '../../../src/app/project/preview/preview-mapping.ts'
import { topicNames } from '../../../src/core/delivery/topic-names.ts'
import { runProject } from '../../cases/run-case.ts'
import { recorded, type TextRecord } from '../../core/capture/raw-log-of.ts'
import { inOrder, project, seen, without } from '../../core/translation/seen-orders.ts'

const names = topicNames('')

/** By transaction, whether a snapshot has left its row; its events as `runProject` tells them. */
async function shown(records: readonly TextRecord[]) {
  const kafka = memoryKafka({ names, clock: systemClock })
  const topic = names.rawLog('s')
  await kafka.topicAdmin.ensure([{ topic, partitions: 1, config: {} }])
  const bytes = (text: TextRecord['key']) => (text === null ? null : Buffer.from(text))
  for (const { key, value } of records) kafka.cluster.append(topic, { key: bytes(key), value: bytes(value) })
  const { items } = await previewMapping(
    await project(),
    { mapping: 'm', limit: 1_000, since: null },
    {
      names,
      openRawLog: kafka.openRawLog,
      schemas: new FetchedSchemas(new MemorySchemaRegistry()),
      ended: new AbortController().signal,
    },
  )
  return items.flatMap(({ transaction, outcomes }) =>
    outcomes.map((one) => ({
      isLeft: transaction.startsWith('snapshot:'),
      event: one.kind === 'event' ? `Seen ${JSON.stringify(one.fields)}` : one.kind,
    })),
  )
}

const rows = [1, 2, 3, 101, 102, 103, 104, 105, 106]
const left = rows.map((id) => ({ isLeft: true, event: seen(id, 'insert', id === 2 ? 'paid' : null) }))
const updated = { isLeft: false, event: seen(107, 'update', 'in between') }
const behind = { isLeft: false, event: seen(101, 'update', 'behind it') }

it('shows rows of an incremental snapshot behind its end, but one that a transaction has told before it came there', async () => {
  expect(await shown(inOrder(without('orders'), recorded('notified-incremental')))).toEqual([updated, ...left])
})

it('shows rows of a blocking snapshot behind its end', async () => {
  const last = { isLeft: true, event: seen(107, 'insert', 'in between') }
  expect(await shown(inOrder(without('orders'), recorded('notified-blocking')))).toEqual([...left, last, behind])
})

/** An incremental snapshot that does not end, and a change of a row that it has shown. */
function unended(): readonly TextRecord[] {
  const [incremental, blocking] = [recorded('notified-incremental'), recorded('notified-blocking')]
  const behindChunks = incremental.findIndex(({ value }) => String(value).includes('"chunk_index":"5"'))
  const change = blocking.findIndex(({ value }) => String(value).includes('behind it')) - 1
  const end = incremental.findIndex(({ value }, at) => at > behindChunks && String(value).includes('"status":"END"'))
  return inOrder(without('orders'), incremental.slice(0, end + 1), blocking.slice(change))
}

it('shows a row of a snapshot that has not ended before a transaction changes it', async () => {
  expect(await shown(unended())).toEqual([updated, { isLeft: true, event: seen(101, 'insert') }, behind])
})

it.each([
  ['incremental', inOrder(without('orders'), recorded('notified-incremental'))],
  ['blocking', inOrder(without('orders'), recorded('notified-blocking'))],
  ['one under a condition', inOrder(without('orders'), recorded('notified-condition'))],
  ['one that has not ended', unended()],
  [
    'one after the other',
    inOrder(...['notified-initial', 'notified-incremental', 'notified-blocking'].map((name) => recorded(name))),
  ],
])('shows of snapshots (%s) what the daemon publishes, in its order', async (_what, records) => {
  const { published } = await runProject(await project(), records)
  expect((await shown(records)).map(({ event }) => event)).toEqual(published)
})
