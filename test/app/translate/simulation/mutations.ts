/** Defences of delivery, each switched off on its own. */
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import { memoryPublisher } from '../../../../src/adapters/memory/memory-publisher.ts'
import type { Checkpoint } from '../../../../src/core/delivery/checkpoint.ts'
import { decodeCheckpoint } from '../../../../src/core/delivery/checkpoint-codec.ts'
import { checkpointTopicKeys } from '../../../../src/core/delivery/checkpoint-topic.ts'
import { decodeMark, encodeMark } from '../../../../src/core/rows/stored/store-mark.ts'
import type { RowStore } from '../../../../src/ports/row-store.ts'
import { FalseworkError } from '../../../../src/core/diagnostics/falsework-error.ts'
import type { OpenLease } from '../../../../src/ports/kafka/lease.ts'
import type { Publisher } from '../../../../src/ports/kafka/publisher.ts'
import { names } from '../../bench-project.ts'
import { gathering, type OutputBatch, publish } from '../../../contract/kafka-batches.ts'
import type { Mutation } from './simulation.ts'

type PublisherMutation = (publisher: Publisher, open: () => Promise<Publisher>) => Publisher

/** Another publisher in the place of every one that is opened. */
const withPublisher = (mutate: PublisherMutation): Mutation => ({
  ports: (ports) => ({
    ...ports,
    openPublisher: async (options) => {
      const open = async (): Promise<Publisher> => await ports.openPublisher(options)
      return mutate(await open(), open)
    },
  }),
})

const withCheckpoint = (mutate: (checkpoint: Checkpoint) => Checkpoint): Mutation =>
  withPublisher((publisher) => seeing(publisher, publisher.checkpoint === null ? null : mutate(publisher.checkpoint)))

/** It believes that this was the newest checkpoint. */
const seeing = (publisher: Publisher, checkpoint: Checkpoint | null): Publisher => ({
  checkpoint,
  append: (record) => publisher.append(record),
  commit: async (commit) => await publisher.commit(commit),
  close: async () => await publisher.close(),
})

const withBatch = (mutate: (batch: OutputBatch) => readonly OutputBatch[]): Mutation =>
  withPublisher((publisher) =>
    gathering(publisher, async (batch) => {
      for (const part of mutate(batch)) await publish(publisher, part)
    }),
  )

function checkpointsOf({ cluster }: MemoryKafka): readonly Checkpoint[] {
  const records = cluster.partition(names.checkpoint('bench'), 0)?.read(0, Number.MAX_SAFE_INTEGER).records ?? []
  return records.flatMap(({ record }) =>
    record.value !== null && record.key?.toString() === checkpointTopicKeys.checkpoint
      ? [decodeCheckpoint(record.value)]
      : [],
  )
}

const sameCheckpoint = (one: Checkpoint | null, checkpoints: readonly Checkpoint[]): boolean =>
  one?.next === checkpoints.at(-1)?.next

const isUncertain = (error: unknown): boolean => error instanceof FalseworkError && error.code === 'PUBLISH_UNCERTAIN'

/** Sends again, or just goes on, when the outcome is not known. */
const afterUncertainty = (next: 'send again' | 'go on'): Mutation =>
  withPublisher((first, open) => {
    let publisher = first
    const present = { checkpoint: first.checkpoint, close: async () => await publisher.close() }
    return gathering(present, async (batch) => {
      try {
        await publish(publisher, batch)
      } catch (error) {
        if (!isUncertain(error)) throw error
        publisher = await open()
        if (next === 'send again') await publish(publisher, batch)
      }
    })
  })

/** Another row store in the place of every one that is opened. */
const withRowStore = (mutate: (store: RowStore, kafka: MemoryKafka) => Partial<RowStore>): Mutation => ({
  ports: (ports, kafka) => ({
    ...ports,
    openRowStore: async (source) => {
      const store = await ports.openRowStore(source)
      return {
        get unreadable() {
          return store.unreadable
        },
        get mark() {
          return store.mark
        },
        get: (key) => store.get(key),
        range: (from, to) => store.range(from, to),
        write: async (batch) => await store.write(batch),
        clear: async () => await store.clear(),
        size: () => store.size(),
        copyTo: async (directory) => await store.copyTo(directory),
        close: async () => await store.close(),
        ...mutate(store, kafka),
      }
    },
  }),
})

/** What it holds is believed to be what it should hold. */
function current(text: string | null, kafka: MemoryKafka): string | null {
  const mark = text === null ? null : decodeMark(text)
  const checkpoint = checkpointsOf(kafka).at(-1)
  return mark === null || checkpoint === undefined ? text : encodeMark({ ...mark, checkpoint })
}

let opened = 0

/** Every one of these must be noticed. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'opening a publisher fences the older ones': {
    cluster: (kafka) => ({
      ...kafka,
      openPublisher: memoryPublisher(kafka.cluster, {
        ...names,
        transactionalId: (source) => `${source} ${(opened += 1)}`,
      }),
    }),
  },
  'the checkpoint is read behind a barrier': {
    ports: (ports, kafka) => ({
      ...ports,
      openPublisher: async (options) => seeing(await ports.openPublisher(options), checkpointsOf(kafka).at(-2) ?? null),
    }),
  },
  'the checkpoint is read after the fence': {
    ports: (ports, kafka) => ({
      ...ports,
      openPublisher: async (options) => {
        const checkpoint = checkpointsOf(kafka).at(-1) ?? null
        // What the fence would have ended has its time: without it hundreds of seeds pass before anything shows.
        for (let looks = 0; looks < 40 && sameCheckpoint(checkpoint, checkpointsOf(kafka)); looks++) {
          await kafka.cluster.change(250)
        }
        return seeing(await ports.openPublisher(options), checkpoint)
      },
    }),
  },
  'what was sent is never sent again': afterUncertainty('send again'),
  'an unknown outcome is answered with a replay': afterUncertainty('go on'),
  'a transaction that comes again is known by its position': withCheckpoint((checkpoint) => ({
    ...checkpoint,
    position: null,
    latestCommitUs: null,
  })),
  'the checkpoint becomes visible with the events, not after them': withPublisher((publisher) => {
    let { checkpoint } = publisher
    return gathering(publisher, async (batch) => {
      if (checkpoint !== null) await publish(publisher, { records: batch.records, checkpoint })
      await publish(publisher, checkpoint === null ? batch : { ...batch, records: [] })
      checkpoint = batch.checkpoint
    })
  }),
  'the checkpoint becomes visible with the events, not before them': withBatch((batch) => [
    { ...batch, records: [] },
    batch,
  ]),
  'the checkpoint stands before what is not translated yet': withBatch((batch) => [
    { ...batch, checkpoint: { ...batch.checkpoint, next: batch.checkpoint.next + 1 } },
  ]),
  'rows are written with the checkpoint that accounts for them': withRowStore((store) => ({
    write: async ({ mark }) => await store.write({ entries: [], mark }),
  })),
  'a row store that is behind is caught up': withRowStore((store, kafka) => {
    const mark = current(store.mark, kafka)
    return { mark }
  }),
  'an activation leaves its position behind': withBatch(({ records, checkpoint }) => [{ records, checkpoint }]),
}

/** It never wakes from a sleep that is long enough for a look at a halt. */
export const withoutLooks: Mutation = {
  clock: (clock) => ({
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    sleep: async (ms, signal) => await clock.sleep(ms < 10_000 ? ms : Number.MAX_SAFE_INTEGER, signal),
  }),
}

/** Nobody can tell who else is in the group. */
export const withoutCompany: Mutation = {
  ports: (ports) => ({
    ...ports,
    openLease: (source) => {
      const lease = ports.openLease(source)
      return {
        acquire: async (onWaiting) => ({
          ...(await lease.acquire(onWaiting)),
          alone: async () => await Promise.resolve(null),
        }),
        close: async () => await lease.close(),
      }
    },
  }),
}

/** Grants the source to whoever asks: the lease is a courtesy, and nothing may hang on it but progress. */
export const withoutLease: Mutation = {
  ports: (ports) => {
    const openLease: OpenLease = () => {
      let generation = 0
      const end = new AbortController()
      return {
        acquire: async () => {
          generation += 1
          return await Promise.resolve({
            generation,
            ended: end.signal,
            alone: async () => await Promise.resolve(null),
            release: async () => await Promise.resolve(),
          })
        },
        close: async () => {
          end.abort()
          await Promise.resolve()
        },
      }
    }
    return { ...ports, openLease }
  },
}
