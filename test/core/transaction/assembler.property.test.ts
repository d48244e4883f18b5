import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import type { SourceTransaction } from '../../../src/core/transaction/source-transaction.ts'
import { begin, end, heartbeat, logicalMessage, placed, row, snapshotRow } from './messages.ts'

/** A stream as a connector without faults emits it, transactions 1, 2, 3 … */
const stream = fc
  .array(
    fc.array(fc.constantFrom('row', 'row', 'row', 'message', 'foreign', 'beat', 'incremental'), { maxLength: 4 }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((transactions) => transactions.flatMap((kinds, index) => transactionOf(index + 1, kinds)))

function transactionOf(id: number, kinds: readonly string[]): readonly CaptureMessage[] {
  let rows = 0
  const inside = kinds.map((kind) => {
    if (kind === 'beat') return heartbeat
    if (kind === 'incremental') return snapshotRow('incremental')
    rows += 1
    if (kind === 'message') return logicalMessage(id, rows)
    return kind === 'row' ? row(id, rows) : row(id, rows, { change: null })
  })
  return [begin(id), ...inside, end(id, rows)]
}

interface Crash {
  /** How many records are emitted before it, and from which of them on the connector emits again. */
  readonly after: number
  readonly backTo: number
  readonly withoutBegin: boolean
}

const crash = fc.record({ after: fc.nat(12), backTo: fc.nat(30), withoutBegin: fc.boolean() })

/** What stands in the log when the connector crashes and emits its tail again; `backTo` is chosen among `starts`. */
function withCrashes(
  messages: readonly CaptureMessage[],
  crashes: readonly Crash[],
  starts: (index: number) => boolean,
): readonly CaptureMessage[] {
  const log: CaptureMessage[] = []
  let at = 0
  for (const { after, backTo, withoutBegin } of crashes) {
    const stop = Math.min(messages.length, at + after)
    log.push(...messages.slice(at, stop))
    const possible = Array.from({ length: Math.min(stop + 1, messages.length) }, (_, index) => index).filter(starts)
    at = possible[backTo % possible.length] ?? 0
    if (withoutBegin && messages[at]?.kind === 'begin') at += 1
  }
  return placed([...log, ...messages.slice(at)])
}

/**
 * The connector stops before `stop` and its slot stands behind: it sends BEGIN and END of transactions that were passed
 * without their rows, and goes on in the open one with its next row as number 1.
 */
function goingOnFromOne(messages: readonly CaptureMessage[], stop: number, passed: number): readonly CaptureMessage[] {
  const before = messages.slice(0, stop)
  const open = before.findLast((message) => message.kind === 'begin' || message.kind === 'end')
  const ends = before.filter((message) => message.kind === 'end')
  const empty = ends.slice(Math.max(0, ends.length - passed)).flatMap((message): readonly CaptureMessage[] => {
    return [
      { ...message, kind: 'begin' },
      { ...message, eventCount: 0, collectionsCount: 0 },
    ]
  })
  if (open?.kind !== 'begin') return [...before, ...empty, ...messages.slice(stop)]
  const again = stop % 2 === 0 ? [open] : []
  let rows = 0
  const rest = messages.slice(stop).map((message): CaptureMessage => {
    if ((message.kind === 'row' || message.kind === 'logicalMessage') && message.transaction === open.transaction) {
      rows += 1
      return { ...message, totalOrder: rows }
    }
    if (message.kind !== 'end' || message.transaction !== open.transaction) return message
    return { ...message, eventCount: rows, collectionsCount: rows }
  })
  return [...before, ...empty, ...again, ...rest]
}

interface Reading {
  readonly transactions: readonly string[]
  readonly halt: string | null
}

function read(log: readonly CaptureMessage[], restart: (index: number) => boolean = () => false): Reading {
  const transactions: string[] = []
  let assembler = new Assembler({
    habits: postgresDialect.transactions,
    next: 0,
    position: null,
    latestCommitUs: null,
    snapshot: { run: 0, phase: 'none' },
  })
  try {
    for (let index = 0, reads = 0; index < log.length; index += 1, reads += 1) {
      const message = log[index]
      if (message === undefined) break
      const outcome = assembler.accept(message, 0)
      if (outcome.kind === 'complete') transactions.push(contentOf(outcome.transaction))
      // A restart forgets everything but the checkpoint, and must neither repeat nor leave out what was complete.
      if (restart(reads)) {
        assembler = new Assembler({ ...assembler.safePosition, habits: postgresDialect.transactions })
        index = assembler.safePosition.next - 1
      }
    }
  } catch (error) {
    if (error instanceof FalseworkError) return { transactions, halt: error.code }
    throw error
  }
  return { transactions, halt: null }
}

const contentOf = ({ key, changes }: SourceTransaction): string =>
  `${key} ${changes.map((change) => JSON.stringify(change.after)).join(' ')}`

describe('whatever the connector repeats', () => {
  it('gives the same transactions when it goes back to any transaction, with or without BEGIN', () => {
    fc.assert(
      fc.property(stream, fc.array(crash, { maxLength: 4 }), (messages, crashes) => {
        const log = withCrashes(messages, crashes, (index) => messages[index]?.kind === 'begin')
        expect(read(log)).toStrictEqual(read(placed(messages)))
      }),
      { numRuns: 1000 },
    )
  })

  it('gives the same transactions when it goes back once to any record', () => {
    fc.assert(
      fc.property(stream, crash, (messages, once) => {
        const log = withCrashes(messages, [once], () => true)
        expect(read(log)).toStrictEqual(read(placed(messages)))
      }),
      { numRuns: 1000 },
    )
  })

  it('never loses, repeats or alters one when it goes back to any record any number of times', () => {
    fc.assert(
      fc.property(stream, fc.array(crash, { maxLength: 4 }), (messages, crashes) => {
        const expected = read(placed(messages)).transactions
        const { transactions, halt } = read(withCrashes(messages, crashes, () => true))
        expect(transactions).toStrictEqual(expected.slice(0, transactions.length))
        if (halt === null) expect(transactions).toStrictEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('gives the same transactions when the reader restarts from its safe position at any record', () => {
    fc.assert(
      fc.property(stream, fc.array(crash, { maxLength: 2 }), fc.array(fc.nat(40)), (messages, crashes, restarts) => {
        const log = withCrashes(messages, crashes, (index) => messages[index]?.kind === 'begin')
        expect(read(log, (reads) => restarts.includes(reads))).toStrictEqual(read(placed(messages)))
      }),
      { numRuns: 1000 },
    )
  })

  it('never loses a row when the connector goes on behind a stop and numbers from 1', () => {
    fc.assert(
      fc.property(stream, fc.nat(40), fc.nat(2), (messages, nth, passed) => {
        const expected = read(placed(messages)).transactions
        const { transactions, halt } = read(placed(goingOnFromOne(messages, nth % messages.length, passed)))
        expect(transactions).toStrictEqual(expected.slice(0, transactions.length))
        if (halt === null) expect(transactions).toStrictEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('never gives a wrong transaction when a record is lost', () => {
    fc.assert(
      fc.property(stream, fc.nat(40), (messages, nth) => {
        const lost = nth % messages.length
        const expected = read(placed(messages)).transactions
        const { transactions } = read(placed(messages.filter((_, index) => index !== lost)))
        expect(expected.slice(0, transactions.length)).toStrictEqual(transactions)
      }),
      { numRuns: 1000 },
    )
  })
})
