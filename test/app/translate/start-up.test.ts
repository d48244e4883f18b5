import { describe, expect, it } from 'vitest'
import type { DaemonParts } from '../../../src/app/translate/daemon.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { decodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import type { MemoryKafka } from '../../../src/adapters/memory/memory-kafka.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names, rawLog } from '../bench-project.ts'
import { halted, reached, start, translated } from './running-daemon.ts'

/** A source that was translated to the end of its raw log: two transactions, twenty events. */
async function stopped(): Promise<Installation> {
  const bench = installation()
  await fillRawLog(bench, 0, 2)
  await bench.register(await benchProject())
  const { daemon, stop } = start(bench)
  await reached(daemon, translated(20))
  const { end } = await readRegistry(bench.kafka.openControlLog)
  await reached(daemon, ({ registryOffset }) => registryOffset >= end)
  await stop()
  return bench
}

function recreate({ kafka }: Installation, topic: string): void {
  const partitions = kafka.cluster.topic(topic).partitions.length
  kafka.cluster.deleteTopic(topic)
  kafka.cluster.createTopic(topic, partitions)
}

interface Loss {
  readonly code: string
  readonly lose: (bench: Installation) => Promise<void>
  /** The look that would have noticed, switched off. */
  readonly blind: (kafka: Pick<MemoryKafka, 'openPublisher' | 'openRawLog' | 'openControlLog'>) => Partial<DaemonParts>
}

/** Nothing tells that it was read before. */
const withoutAnchor: Loss['blind'] = ({ openPublisher }) => ({
  openPublisher: async (options) => {
    const publisher = await openPublisher(options)
    return {
      checkpoint: publisher.checkpoint === null ? null : { ...publisher.checkpoint, anchor: null },
      append: (record) => publisher.append(record),
      commit: async (commit) => await publisher.commit(commit),
      close: async () => await publisher.close(),
    }
  },
})

/** Nothing tells that the source was ever started, nor which rows are kept. */
const withoutStarted: Loss['blind'] = (kafka) => revisionsAlone(kafka)

/** The registry log as it was before there were other records. */
const revisionsAlone = ({
  openControlLog,
}: Pick<MemoryKafka, 'openControlLog'>): Pick<DaemonParts, 'openControlLog'> => ({
  openControlLog: async () => {
    const log = await openControlLog()
    const isRevision = ({ value, offset }: { value: Buffer; offset: number }): boolean =>
      decodeControlRecord(value, offset).kind === 'revision'
    return {
      append: async (record) => await log.append(record),
      more: async (from, options) => await log.more(from, options),
      close: async () => await log.close(),
      read: async (from) => {
        const { records, end } = await log.read(from)
        return { records: records.filter(isRevision), end }
      },
    }
  },
})

/** Reads on from what is left. */
const withoutGap: Loss['blind'] = (kafka) => ({
  // The anchor would tell it too.
  ...withoutAnchor(kafka),
  openRawLog: async (topic) => {
    const log = await kafka.openRawLog(topic)
    return {
      read: async (from, options) => await log.read(Math.max(from, (await log.range()).first), options),
      range: async () => ({ ...(await log.range()), first: 0 }),
      close: async () => await log.close(),
    }
  },
})

const losses: Readonly<Record<string, Loss>> = {
  'a checkpoint topic that was made anew': {
    code: 'CHECKPOINT_LOST',
    lose: async (bench) => {
      recreate(bench, names.checkpoint('bench'))
      await fillRawLog(bench, 2, 4)
    },
    blind: withoutStarted,
  },
  'a raw log that was made anew, with other records': {
    code: 'WRONG_LOG',
    lose: async (bench) => {
      recreate(bench, rawLog)
      await fillRawLog(bench, 10, 14)
    },
    blind: withoutAnchor,
  },
  'a raw log whose next records were deleted': {
    code: 'RAW_GAP',
    lose: async (bench) => {
      await fillRawLog(bench, 2, 5)
      bench.kafka.cluster.partition(rawLog, 0)?.deleteBefore(36)
    },
    blind: withoutGap,
  },
}

describe('a source is halted before it publishes anything by', () => {
  it.each(Object.entries(losses))('%s', async (_, { code, lose }) => {
    const bench = await stopped()
    const before = await events(bench)
    await lose(bench)
    const { daemon } = start(bench)
    const { state } = await reached(daemon, halted)
    expect(state).toMatchObject({ code })
    expect(await events(bench)).toEqual(before)
  })

  it('a raw log that was made anew and is shorter', async () => {
    const bench = await stopped()
    recreate(bench, rawLog)
    await fillRawLog(bench, 10, 11)
    const { state } = await reached(start(bench).daemon, halted)
    expect(state).toMatchObject({ code: 'WRONG_LOG' })
  })

  it('a registry log that is shorter than what the checkpoint has seen', async () => {
    const bench = await stopped()
    recreate(bench, names.registry)
    await bench.register(await benchProject())
    const { state } = await reached(start(bench).daemon, halted)
    expect(state).toMatchObject({ code: 'WRONG_REGISTRY_LOG' })
  })
})

describe('without its look at what stands there, a source publishes what it must not after', () => {
  it.each(Object.entries(losses))('%s', async (_, { lose, blind }) => {
    const bench = await stopped()
    const before = await events(bench)
    await lose(bench)
    // Kept rows are of a raw log, and would tell it, too.
    const { daemon } = start(bench, { ...revisionsAlone(bench.kafka), ...blind(bench.kafka) })
    await reached(daemon, translated(10))
    expect((await events(bench)).length).toBeGreaterThan(before.length)
  })
})

describe('a crash of the first start', () => {
  it('after the first checkpoint is repaired by the next start, which appends what is missing', async () => {
    const bench = installation()
    await fillRawLog(bench, 0, 1)
    await bench.register(await benchProject())
    const dying = start(bench, {
      onStep: (step) => {
        if (step === 'after-first-checkpoint') throw new Error('dies here')
      },
    })
    await reached(dying.daemon, halted)
    expect((await readRegistry(bench.kafka.openControlLog)).sources.size).toBe(0)
    await dying.stop()
    await reached(start(bench).daemon, translated(10))
    expect((await readRegistry(bench.kafka.openControlLog)).sources.get('bench')?.incarnation).toBe(1)
    expect(await events(bench)).toHaveLength(10)
  })
})
