import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryParityStores } from '../../../src/adapters/memory/stores/memory-parity-store.ts'
import { Comparator } from '../../../src/core/parity/comparator.ts'
import type { Comparison } from '../../../src/core/parity/comparison.ts'
import type { StreamEvent } from '../../../src/core/parity/compared-event.ts'
import { decodeComparator, encodeComparator } from '../../../src/core/parity/kept/saved-comparator.ts'
import { dueAmong, SpillBuffer, type SpilledKey } from '../../../src/core/parity/kept/spilled.ts'
import type { Verdict } from '../../../src/core/parity/verdict.ts'
import type { ParityStore } from '../../../src/ports/parity-store.ts'
import { bridgeEvents, comparison, lateMs, mixed, nativeEvents, verdictsOf, windowMs } from './streams.ts'

const passEvery = 9

const declarations = [comparison(), comparison({ match: [] })]

/** A native stream in which anything may be lost, copied, delayed, or changed. */
const streams = fc
  .record({
    bridge: fc.constant(bridgeEvents(100)),
    happens: fc.array(fc.constantFrom('nothing', 'nothing', 'lost', 'copied', 'delayed', 'late', 'changed'), {
      minLength: 100,
      maxLength: 100,
    }),
  })
  .map(({ bridge, happens }) =>
    mixed(
      bridge,
      nativeEvents(bridge).flatMap((event, at) => happened(event, happens[at] ?? 'nothing')),
    ),
  )

function happened(event: StreamEvent, what: string): readonly StreamEvent[] {
  if (what === 'lost') return []
  if (what === 'copied') return [event, { ...event, atMs: event.atMs + 300 }]
  if (what === 'delayed') return [{ ...event, atMs: event.atMs + 250 }]
  if (what === 'late') return [{ ...event, atMs: event.atMs + 2 * windowMs }]
  return what === 'changed' && typeof event.fields !== 'string'
    ? [{ ...event, fields: { ...event.fields, customer: null } }]
    : [event]
}

function resumed(comparator: Comparator, declared: Comparison): Comparator {
  const read = decodeComparator(encodeComparator(comparator.saved()), declared.version)
  if (read.kind !== 'saved') throw new Error(read.kind)
  return new Comparator(declared, { saved: read.saved, spilled: [] })
}

const sorted = (verdicts: readonly Verdict[]): readonly string[] => verdicts.map((one) => JSON.stringify(one)).sort()

describe.each(declarations)('a comparator', (declared) => {
  it('gives the same verdicts in the same order when it is resumed from its bytes, wherever that is', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(220), { maxLength: 8 }), (events, places) => {
        const between = (comparator: Comparator, at: number): Comparator =>
          places.includes(at) ? resumed(comparator, declared) : comparator
        const options = { comparison: declared, passEvery }
        expect(verdictsOf(events, { ...options, between })).toEqual(verdictsOf(events, options))
      }),
      { numRuns: 50 },
    )
  })

  it('gives the same verdicts when it spills all but a few aggregates, and is killed and resumed from its store', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.nat(3), fc.array(fc.nat(220), { maxLength: 5 }), async (events, keep, kills) => {
        const options = { comparison: declared, passEvery }
        expect(sorted(await spilling(events, { declared, keep, kills }))).toEqual(sorted(verdictsOf(events, options)))
      }),
      { numRuns: 30 },
    )
  })

  it('keeps nothing of aggregates of which all has been judged', () => {
    const events = mixed(bridgeEvents(100), nativeEvents(bridgeEvents(100)))
    let comparator = new Comparator(declared)
    verdictsOf(events, { comparison: declared, between: (one) => (comparator = one) })
    expect(comparator.saved().live).toEqual([])
    expect(comparator.pendingSinceMs()).toBeNull()
  })
})

interface Spilling {
  readonly declared: Comparison
  readonly keep: number
  /** Events before which the process is killed. */
  readonly kills: readonly number[]
}

/** As a process does it: what it says counts once it is written with what it knows. */
async function spilling(
  events: readonly StreamEvent[],
  { declared, keep, kills }: Spilling,
): Promise<readonly Verdict[]> {
  const open = memoryParityStores()
  const said: Verdict[] = []
  const ends = kills.filter((at) => at < events.length).toSorted((a, b) => a - b)
  for (const end of [...ends, events.length]) {
    const store = await open('orders')
    const process = new Process(declared, { store, keep, said })
    for (let at = process.from; at < end; at++) await process.step(events, at)
    if (end === events.length) await process.passAfter(events)
    await store.close()
  }
  return said
}

interface Surroundings {
  readonly store: ParityStore
  readonly keep: number
  readonly said: Verdict[]
}

class Process {
  readonly from: number
  private readonly comparator: Comparator
  private readonly buffer = new SpillBuffer()
  private readonly around: Surroundings
  private unwritten: Verdict[] = []

  constructor(declared: Comparison, around: Surroundings) {
    this.around = around
    const { store } = around
    const [from = '0', bytes = ''] = store.state()?.toString().split('\n') ?? []
    const read = decodeComparator(Buffer.from(bytes), declared.version)
    this.from = Number(from)
    this.comparator =
      read.kind === 'saved'
        ? new Comparator(declared, { saved: read.saved, spilled: store.spilledMarks() })
        : new Comparator(declared)
  }

  async step(events: readonly StreamEvent[], at: number): Promise<void> {
    const event = events[at]
    if (event === undefined) return
    const isPass = at % passEvery === 0 || event.atMs - (events[at - 1]?.atMs ?? 0) > windowMs
    if (isPass) await this.pass(event.atMs - 1, at)
    this.restore([this.comparator.spilledKey(event.aggregate)])
    this.unwritten.push(...this.comparator.take(event))
    this.buffer.add(this.comparator.spill(5))
    if (at % 4 === 0) await this.write(at + 1)
  }

  async passAfter(events: readonly StreamEvent[]): Promise<void> {
    const endMs = events.at(-1)?.atMs ?? 0
    for (const atMs of [endMs + windowMs, endMs + 2 * windowMs + lateMs]) await this.pass(atMs, events.length)
  }

  private async pass(atMs: number, from: number): Promise<void> {
    const watermarks = { bridgeMs: atMs, nativeMs: atMs }
    for (;;) {
      await this.write(from)
      const due = dueAmong(this.around.store.spilledMarks(), { ...watermarks, most: 2 })
      this.restore(due)
      this.unwritten.push(...this.comparator.pass(watermarks))
      if (due.length === 0) break
    }
    await this.write(from)
  }

  private restore(keys: readonly (SpilledKey | null)[]): void {
    const { store } = this.around
    for (const key of keys) {
      if (key !== null) this.comparator.restore(this.buffer.restore(key, (one) => store.spilled(one)))
    }
  }

  private async write(from: number): Promise<void> {
    this.buffer.add(this.comparator.spill(this.around.keep))
    const state = Buffer.from(`${from}\n${encodeComparator(this.comparator.saved()).toString()}`)
    await this.around.store.write({ state, ...this.buffer.take() })
    this.around.said.push(...this.unwritten)
    this.unwritten = []
  }
}
