import { describe, expect, it } from 'vitest'
import { MemoryLeases } from '../../../src/adapters/memory/memory-lease.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { RegistryFollower } from '../../../src/app/translate/registry-follower.ts'
import { type Session, SourceWorker } from '../../../src/app/translate/source-worker.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { gathering, publish } from '../../contract/kafka-batches.ts'
import { benchProject, fillRawLog, installation } from '../bench-project.ts'
import { reached, silent, start, translated, uncounted } from './running-daemon.ts'

describe('a worker', () => {
  it('tries again at once when the remedy was registered while its session was failing', async () => {
    const bench = installation()
    const { openControlLog } = bench.kafka
    await bench.register(await benchProject())
    const registry = new RegistryFollower({ open: openControlLog, clock: systemClock, log: silent, metrics: uncounted })
    await registry.refresh()
    const stop = new AbortController()
    let opened = 0
    const failing: Session = {
      position: 0,
      knownRegistryEnd: registry.current.end,
      run: async () => {
        await bench.register(await benchProject((text) => text.replace("'NONE'", "'UNKNOWN'")))
        await registry.refresh()
        throw new FalseworkError('RULE_FAILED', 'as the old revision says')
      },
      close: async () => await Promise.resolve(),
    }
    const sound: Session = {
      ...failing,
      run: async () => {
        stop.abort()
        await Promise.resolve()
      },
    }
    const worker = new SourceWorker({
      source: 'bench',
      lease: new MemoryLeases().openLease('bench'),
      prepare: async () => await Promise.resolve(),
      openSession: async () => await Promise.resolve((opened += 1) === 1 ? failing : sound),
      registry,
      clock: systemClock,
      log: silent,
      metrics: uncounted,
    })
    await worker.run(stop.signal)
    expect(opened).toBe(2)
  })
})

describe('a session that opens when its worker was told to stop already', () => {
  it('is closed, and never runs', async () => {
    const { openControlLog } = installation().kafka
    const registry = new RegistryFollower({ open: openControlLog, clock: systemClock, log: silent, metrics: uncounted })
    const stop = new AbortController()
    const asked = Promise.withResolvers<undefined>()
    const opening = Promise.withResolvers<Session>()
    const worker = new SourceWorker({
      source: 'bench',
      lease: new MemoryLeases().openLease('bench'),
      prepare: async () => await Promise.resolve(),
      openSession: async () => {
        asked.resolve(undefined)
        return await opening.promise
      },
      registry,
      clock: systemClock,
      log: silent,
      metrics: uncounted,
    })
    const ended = worker.run(stop.signal)
    await asked.promise
    stop.abort()
    await ended
    const closed = Promise.withResolvers<string>()
    opening.resolve({
      position: 0,
      knownRegistryEnd: 0,
      run: async () => {
        closed.resolve('run')
        await Promise.resolve()
      },
      close: async () => {
        closed.resolve('closed')
        await Promise.resolve()
      },
    })
    expect(await Promise.race([closed.promise, systemClock.sleep(500).then(() => 'left open')])).toBe('closed')
  })
})

describe('a session', () => {
  it('outlives a read ahead that fails while a slice is being sent', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const bench = installation()
    const { openRawLog, openPublisher } = bench.kafka
    await fillRawLog(bench, 0, 450)
    await bench.register(await benchProject())
    let reads = 0
    const { daemon, stop } = start(bench, {
      openRawLog: async (topic) => {
        const log = await openRawLog(topic)
        return {
          range: async () => await log.range(),
          close: async () => await log.close(),
          read: async (from, { maxWaitMs }) => {
            reads += 1
            if (reads === 2) throw new FalseworkError('KAFKA_UNREACHABLE', 'on demand')
            // All at once: two slices and a part of a third.
            return await log.read(from, { maxWaitMs, maxBytes: Number.MAX_SAFE_INTEGER })
          },
        }
      },
      openPublisher: async (options) => {
        const publisher = await openPublisher(options)
        return gathering(publisher, async (batch) => {
          await publish(publisher, batch)
          await systemClock.sleep(20)
        })
      },
    })
    await reached(daemon, (report) => translated(4_500)(report) && reads > 2)
    await stop()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})
