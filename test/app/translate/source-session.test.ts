import { describe, expect, it } from 'vitest'
import { MemorySchemaRegistry } from '../../../src/adapters/schema-registry/memory-schema-registry.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { FetchedSchemas } from '../../../src/app/capture/fetched-schemas.ts'
import { beginIncarnation } from '../../../src/app/operate/resume-source.ts'
import { openSession } from '../../../src/app/translate/session/open-session.ts'
import { RegistryFollower } from '../../../src/app/translate/registry-follower.ts'
import { SliceReport } from '../../../src/app/translate/slice-report.ts'
import type { Session } from '../../../src/app/translate/source-worker.ts'
import type { OpenRawLog } from '../../../src/ports/kafka/raw-log.ts'
import { benchProject, events, fillRawLog, installation, type Installation, names, rawLog } from '../bench-project.ts'
import { silent, uncounted } from './running-daemon.ts'

const noSchemas = new FetchedSchemas(new MemorySchemaRegistry())

/** `openRawLog` stands in for that of the installation. */
async function opened(
  { kafka, rowStores }: Installation,
  openRawLog: (registry: RegistryFollower) => OpenRawLog,
): Promise<Session> {
  const shell = { clock: systemClock, log: silent, metrics: uncounted }
  const registry = new RegistryFollower({ open: kafka.openControlLog, ...shell })
  const parts = {
    source: 'bench',
    names,
    openRawLog: openRawLog(registry),
    schemas: noSchemas,
    openPublisher: kafka.openPublisher,
    openRowStore: rowStores.openRowStore,
    openControlLog: kafka.openControlLog,
    topicAdmin: kafka.topicAdmin,
    topicReader: kafka.topicReader,
    newOwnershipLog: kafka.newOwnershipLog,
    registry,
    keys: new Map(),
    transactionTimeoutMs: 10_000,
    ...shell,
    report: new SliceReport({ source: 'bench', rawLog, ...shell }),
    uuid: () => 'started',
    actor: 'a session',
    timeZoneDatabase: 'test',
  }
  return await openSession(parts, new AbortController().signal)
}

describe('a session', () => {
  it('publishes what it has in hand before it ends for a new incarnation that begins further on', async () => {
    const bench = installation()
    const { kafka } = bench
    await fillRawLog(bench, 0, 1)
    await bench.register(await benchProject())
    const session = await opened(bench, (registry) => async (topic) => {
      const log = await kafka.openRawLog(topic)
      return {
        range: async () => await log.range(),
        close: async () => await log.close(),
        read: async (from, options) => {
          const batch = await log.read(from, options)
          if (from > 0) return batch
          // The word stands in the registry log before any of this is translated.
          const parts = {
            openControlLog: kafka.openControlLog,
            openRawLog: kafka.openRawLog,
            rawLog,
            schemas: noSchemas,
            actor: 'ana',
          }
          const word = { source: 'bench', reason: 'the slot was dropped', from: 12, behind: 0 }
          await beginIncarnation(word, { ...parts, wallMs: () => 0, uuid: () => 'word' })
          await registry.refresh()
          return batch
        },
      }
    })
    const ended = session.run(new AbortController().signal, () => undefined)
    await expect(ended).rejects.toMatchObject({ code: 'NEW_INCARNATION' })
    await session.close()
    expect(await events(bench)).toHaveLength(10)
  })
})
