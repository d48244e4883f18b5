/** The report of a comparison in which each thing goes wrong that the harness knows, once in some hours of orders. */
import type { GateEvidence } from '../../../../src/core/migration/stage-word.ts'
import { emptyTally, tallied } from '../../../../src/core/parity/causes.ts'
import type { RecordPlace, StreamEvent } from '../../../../src/core/parity/compared-event.ts'
import type { ParityReport } from '../../../../src/core/parity/parity-report.ts'
import { type Found, parityDocument } from '../../../../src/core/parity/report/parity-document.ts'
import type { SampleRecord, SampleRecords } from '../../../../src/core/parity/report/sample-pair.ts'
import type { Verdict } from '../../../../src/core/parity/verdict.ts'
import { altered, mutations } from '../mutations.ts'
import { bridgeEvents, comparison, mixed, nativeEvents, verdictsOf } from '../streams.ts'

const declared = comparison()
const hourMs = 3_600_000

const gates: readonly GateEvidence[] = [
  { gate: 'parity', verdict: 'failed', text: '13 field-mismatch, 5 missing-in-native beside 2,977 that match' },
  { gate: 'days', verdict: 'failed', text: '0.1 of 7 days' },
  { gate: 'events', verdict: 'passed', text: 'enough of 2 types' },
  { gate: 'pending', verdict: 'passed', text: '0 s, at most 120' },
  { gate: 'partitions', verdict: 'failed', text: '1 in another partition, at most 0' },
]

/** Ten milliseconds of the streams are half a minute here; and for some time nothing is compared. */
function stretched(verdicts: readonly Verdict[], fromMs: number): readonly Verdict[] {
  return verdicts.flatMap((verdict) => {
    const atMs = fromMs + (verdict.atMs - fromMs) * 3_000
    const isGap = atMs >= fromMs + 3.6 * hourMs && atMs < fromMs + 4.2 * hourMs
    return isGap ? [] : [{ ...verdict, atMs }]
  })
}

const placed =
  (events: readonly StreamEvent[]) =>
  (place: RecordPlace | null): SampleRecord => {
    if (place === null) return { kind: 'none' }
    const { partition, offset } = place
    const event = events.find((one) => one.partition === partition && one.offset === offset)
    if (event === undefined) return { kind: 'gone', partition, offset }
    const { atMs, type, key, fields } = event
    return { kind: 'record', partition, offset, atMs, type, key, fields }
  }

export const harnessFound = (change: Partial<Found> = {}): Found => ({ ...found(), ...change })

function findOnce(): Found {
  const bridge = bridgeEvents(3_000)
  const places = new Map(mutations.map((mutation, at) => [`order-${20 * at + 7}`, mutation]))
  const native = altered(nativeEvents(bridge), (aggregate) => places.get(aggregate))
  const verdicts = verdictsOf(mixed(bridge, native), { comparison: declared })
  const fromMs = bridge[0]?.atMs ?? 0
  const tally = tallied(
    emptyTally,
    stretched(
      verdicts.filter(({ outcome }) => outcome !== 'late'),
      fromMs,
    ),
  )
  const [onBridge, onNative] = [placed(bridge), placed(native.filter(({ offset }) => offset !== 302))]
  const samples = Object.values(tally.causes).map(({ name, sample }): [string, SampleRecords] => {
    return [name, { bridge: onBridge(sample.bridge), native: onNative(sample.native) }]
  })
  const report: ParityReport = {
    mapping: 'orders',
    version: '5e9cbd2d0b6e4f7b1f4e2a1c7d8f90a35e9cbd2d0b6e4f7b1f4e2a1c7d8f90a3',
    word: 12,
    topics: { bridge: 'shop.orders.v1', native: 'native.shop.orders.v1' },
    atMs: fromMs + 25 * hourMs,
    sinceMs: fromMs,
    judgedMs: fromMs + 25 * hourMs,
    pendingSinceMs: null,
    stalled: null,
    wrongPartitions: 1,
    tally,
  }
  const { types } = declared
  return {
    report,
    standing: 'at work',
    migration: null,
    gates,
    samples: new Map(samples),
    types,
    values: 'masked',
    today: '2026-11-30',
  }
}

let once: Found | null = null
const found = (): Found => (once ??= findOnce())

export const harnessDocument = (change: Partial<Found> = {}) => parityDocument(harnessFound(change))
