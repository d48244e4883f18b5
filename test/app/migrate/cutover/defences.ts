/** Each defence of a handover as the model names it, taken out at a port. */
import type { MemoryKafka } from '../../../../src/adapters/memory/memory-kafka.ts'
import type { OutputRecord } from '../../../../src/core/event/event-record.ts'
import { decodeControlRecord } from '../../../../src/core/registry/control-record-json.ts'
import type { ControlLog } from '../../../../src/ports/kafka/control-log.ts'
import type { OwnershipLog } from '../../../../src/ports/kafka/ownership-log.ts'
import type { Publisher } from '../../../../src/ports/kafka/publisher.ts'
import type { FenceDefence } from '../../../models/fence-protocol.ts'
import { names } from '../../bench-project.ts'
import type { DaemonPorts } from '../../translate/simulation/simulated-process.ts'
import type { WithoutDefence } from './cutover.ts'
import type { LegacyDatabase } from './legacy-database.ts'

export const withoutDefence: Readonly<Record<FenceDefence, WithoutDefence>> = {
  guard: { guard: 'does not wait for writers' },
  'handover in one transaction': {
    daemon: (ports, kafka) => withPublisher(ports, (publisher) => ownershipAhead(publisher, kafka)),
  },
  'lift after decision': {
    command: (ports, database) => ({
      ...ports,
      openControlLog: async () => liftingAtOnce(await ports.openControlLog(), database),
    }),
  },
  'native reads ownership': { ownershipLog: believing },
  'native fenced': {
    command: (ports) => ({
      ...ports,
      producerIds: {
        describe: async (ids) => await ports.producerIds.describe(ids),
        fence: async () => await Promise.resolve([]),
      },
    }),
  },
  // What a worker makes of such a change is no port's to say: here it vanishes instead of being published.
  'violations set aside': {
    daemon: (ports) =>
      withPublisher(ports, (publisher) => without(publisher, ({ topic }) => topic === names.deadLetters)),
  },
}

const withPublisher = (ports: DaemonPorts, mutate: (publisher: Publisher) => Publisher): DaemonPorts => ({
  ...ports,
  openPublisher: async (options) => mutate(await ports.openPublisher(options)),
})

function without(
  publisher: Publisher,
  isTaken: (record: OutputRecord) => boolean,
  beforeCommit: () => Promise<void> = async () => await Promise.resolve(),
): Publisher {
  return {
    checkpoint: publisher.checkpoint,
    append: (record) => (isTaken(record) ? null : publisher.append(record)),
    commit: async (commit) => {
      await beforeCommit()
      await publisher.commit(commit)
    },
    close: async () => await publisher.close(),
  }
}

/** Who owns is told by itself, some time before what was written in front of the fence. */
function ownershipAhead(publisher: Publisher, { cluster }: MemoryKafka): Publisher {
  let waitMs = 0
  const tell = ({ topic, key, value }: OutputRecord): boolean => {
    if (topic !== names.ownership) return false
    cluster.append(topic, {
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    })
    waitMs = 1_000
    return true
  }
  return without(publisher, tell, async () => {
    if (waitMs > 0) await cluster.clock.sleep(waitMs)
    waitMs = 0
  })
}

/** Whoever cancels opens the legacy system without waiting for what the worker decides. */
function liftingAtOnce(log: ControlLog, database: LegacyDatabase): ControlLog {
  return {
    append: async (record) => {
      const offset = await log.append(record)
      const word = decodeControlRecord(record, offset)
      if (word.kind === 'stage' && word.transition === 'cancel') {
        const { mapping, scope, epoch } = word
        await database.open().moveFences([{ mapping, scope, to: 'legacy', epoch: epoch + 1 }])
      }
      return offset
    },
    read: async (from) => await log.read(from),
    more: async (from, options) => await log.more(from, options),
    close: async () => await log.close(),
  }
}

/** It takes every scope for its own, under the epoch that it has read. */
function believing(log: OwnershipLog): OwnershipLog {
  return {
    read: async (options) =>
      new Map([...(await log.read(options))].map(([key, owned]) => [key, { ...owned, owner: 'native' }] as const)),
    close: async () => await log.close(),
  }
}
