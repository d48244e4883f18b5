import { describe, expect, it, onTestFinished } from 'vitest'
import { Random } from '../../../demo/old-application/plan/random.ts'
import { type MemoryKafka, memoryKafka } from '../../../src/adapters/memory/memory-kafka.ts'
import { SlotWatch, type SlotWatchParts } from '../../../src/app/capture/slot-watch.ts'
import { voidRecord } from '../../../src/app/operate/void-record.ts'
import { RegistryFollower } from '../../../src/app/translate/registry-follower.ts'
import { controlTopics } from '../../../src/core/delivery/own-topics.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { RegistryState } from '../../../src/core/registry/registry-state.ts'
import type { LogFields } from '../../../src/ports/clock-log-metrics.ts'
import { incarnation } from '../../core/registry/records.ts'
import { names } from '../bench-project.ts'
import { silent, uncounted } from '../translate/running-daemon.ts'
import { SimulatedClock } from '../translate/simulation/simulated-clock.ts'
import { CapturedSource } from './captured-source.ts'

const sent = 100

interface Watched {
  readonly captured: CapturedSource
  readonly openControlLog: MemoryKafka['openControlLog']
  /** Lines of the log, with level. */
  readonly lines: readonly string[]
  readonly seconds: (count: number) => Promise<void>
  readonly start: (other?: Partial<SlotWatchParts>) => AbortController
  readonly void: (offset: number) => Promise<void>
  readonly append: (value: Buffer) => Promise<void>
  /** Gaps that were told of, as known after all that was written. */
  readonly gaps: () => Promise<readonly string[]>
}

async function watched(): Promise<Watched> {
  const clock = new SimulatedClock(new Random(7))
  const kafka = memoryKafka({ names, clock })
  await kafka.topicAdmin.ensure(controlTopics(names))
  const captured = await new CapturedSource().configure()
  await captured.sent(sent)
  const lines: string[] = []
  const write =
    (level: string) =>
    (message: string, { reason }: LogFields = {}): void =>
      void lines.push(`${level} ${message}${typeof reason === 'string' ? ` (${reason})` : ''}`)
  const log = { error: write('error'), warn: write('warn'), info: write('info') }
  const { openControlLog } = kafka
  const registry = new RegistryFollower({ open: openControlLog, clock, log: silent, metrics: uncounted })
  let uuids = 0
  const uuid = (): string => `uuid ${(uuids += 1)}`
  const common = { source: 'shop', look: captured.look, holds: () => true, registry, openControlLog }
  let untilMs = 0
  return {
    captured,
    openControlLog,
    lines,
    seconds: async (count) => {
      untilMs += count * 1_000
      await clock.run(() => false, { untilMs, onStep: () => undefined })
    },
    start: (other = {}) => {
      const ending = new AbortController()
      onTestFinished(() => ending.abort())
      void new SlotWatch({ ...common, uuid, actor: 'daemon', clock, log, ...other }).run(ending.signal)
      return ending
    },
    void: async (offset) => {
      await voidRecord({ offset, reason: 'a quiet night' }, { openControlLog, actor: 'ana', wallMs: () => 0, uuid })
    },
    append: async (value) => {
      await (await openControlLog()).append(value)
      await registry.refresh()
    },
    gaps: async () => told(await registry.refresh()),
  }
}

const told = ({ gaps }: RegistryState): readonly string[] =>
  [...gaps.values()].flat().map(({ offset, record, verdict }) => {
    return `${offset}: ${record.bytes} bytes behind ${record.from} in ${record.incarnation}, ${verdict}`
  })

describe('the watch of a slot', () => {
  it('says a gap once that two looks agree on', async () => {
    const { captured, lines, seconds, start, gaps } = await watched()
    start()
    await seconds(10)
    captured.slot = 160
    await seconds(10)
    expect(await gaps()).toEqual([])
    await seconds(10)
    expect(await gaps()).toEqual(['0: 60 bytes behind 0/64 in 1, stands'])
    await seconds(300)
    expect(await gaps()).toHaveLength(1)
    expect(lines).toHaveLength(1)
  })

  it('never accuses a source that is ahead for a moment, while its connector goes on', async () => {
    const { captured, lines, seconds, start, gaps } = await watched()
    start()
    for (let at = sent; at < sent + 20; at++) {
      await captured.store(at)
      captured.slot = at + 1
      await seconds(10)
    }
    expect(await gaps()).toEqual([])
    expect(lines).toEqual([])
  })

  it('begins anew to compare where a look was not answered', async () => {
    const { captured, lines, seconds, start, gaps } = await watched()
    start()
    captured.slot = 160
    await seconds(10)
    captured.reachable = 'no'
    await seconds(30)
    captured.reachable = 'yes'
    await seconds(10)
    expect(await gaps()).toEqual([])
    expect(lines).toEqual([
      'info the replication slot is not watched (DATABASE_UNREACHABLE: no answer from db:5432)',
      'info the replication slot is watched',
    ])
    await seconds(10)
    expect(await gaps()).toHaveLength(1)
  })

  it('says it in an instance that has the source, and leaves it to that one', async () => {
    const { captured, seconds, start, gaps } = await watched()
    captured.slot = 160
    let holds = false
    start({ holds: () => holds })
    await seconds(60)
    expect(await gaps()).toEqual([])
    holds = true
    await seconds(20)
    expect(await gaps()).toHaveLength(1)
  })

  it('says it no more once it is void, until more is missing', async () => {
    const { captured, seconds, start, gaps, void: makeVoid } = await watched()
    captured.slot = 160
    start()
    await seconds(20)
    await makeVoid(0)
    await seconds(60)
    expect(await gaps()).toEqual(['0: 60 bytes behind 0/64 in 1, void'])
    captured.slot = 200
    await seconds(20)
    expect(await gaps()).toEqual(['0: 60 bytes behind 0/64 in 1, void', '2: 100 bytes behind 0/64 in 1, stands'])
  })

  it('says it of the incarnation that the operator wants', async () => {
    const { captured, seconds, start, append, gaps } = await watched()
    await append(encodeControlRecord(incarnation('a', 0, 2, 70)))
    captured.slot = 160
    start()
    await seconds(20)
    expect(await gaps()).toEqual(['1: 60 bytes behind 0/64 in 2, stands'])
  })

  it('tries again where the registry log takes nothing, and says so once', async () => {
    const { captured, lines, openControlLog, seconds, start, gaps } = await watched()
    captured.slot = 160
    let refusals = 3
    start({
      openControlLog: async () => {
        if ((refusals -= 1) >= 0) throw new FalseworkError('KAFKA_UNREACHABLE', 'no answer')
        return await openControlLog()
      },
    })
    await seconds(60)
    expect(await gaps()).toHaveLength(1)
    expect(lines).toEqual([
      'info the replication slot is not watched (KAFKA_UNREACHABLE: no answer)',
      'error a gap in the capture of a source (the replication slot of shop has confirmed 60 bytes (0/64 to 0/A0) that its connector had not sent, in incarnation 1)',
      'info the replication slot is watched',
    ])
  })

  it('goes on behind a failure that nobody has foreseen, whose message it does not repeat', async () => {
    const { captured, lines, seconds, start, gaps } = await watched()
    captured.slot = 160
    let looks = 0
    start({
      look: async () => {
        if ((looks += 1) <= 3) throw new TypeError('4711 is no row of orders')
        return await captured.look()
      },
    })
    await seconds(60)
    expect(await gaps()).toHaveLength(1)
    expect(lines[0]).toBe('info the replication slot is not watched (TypeError)')
  })

  it('writes nothing more when it was told to end, whatever is answered then', async () => {
    const { captured, seconds, start, gaps } = await watched()
    captured.slot = 160
    const answer = Promise.withResolvers<null>()
    let looks = 0
    const look: SlotWatchParts['look'] = async () => {
      if ((looks += 1) === 2) await answer.promise
      return await captured.look()
    }
    const ending = start({ look })
    await seconds(20)
    expect(looks).toBe(2)
    ending.abort()
    answer.resolve(null)
    await seconds(60)
    expect(await gaps()).toEqual([])
    expect(looks).toBe(2)
  })
})
