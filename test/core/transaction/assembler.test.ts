import { describe, expect, it } from 'vitest'
import type { CaptureMessage } from '../../../src/core/capture/capture-message.ts'
import type { RowChange } from '../../../src/core/capture/row-change.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import { postgresDialect } from '../../../src/core/capture/positions/postgres.ts'
import { Assembler } from '../../../src/core/transaction/assembler.ts'
import type { AssemblyOutcome } from '../../../src/core/transaction/assembly-outcome.ts'
import {
  begin,
  end,
  heartbeat,
  keyBytes,
  logicalMessage,
  placed,
  positionOf,
  row,
  snapshotRow,
  whole,
} from './messages.ts'
import { imageOf } from '../images.ts'

const fresh = (start: Partial<ConstructorParameters<typeof Assembler>[0]> = {}): Assembler =>
  new Assembler({
    habits: postgresDialect.transactions,
    next: 0,
    position: null,
    snapshot: { run: 0, phase: 'none' },
    budget: { rows: 100, bytes: 1_000_000 },
    ...start,
  })

const otherContents = { change: { ...changeOf(row(7, 1)), after: imageOf({ id: 701, state: 'other' }) } }

function changeOf(message: CaptureMessage): RowChange {
  if (message.kind !== 'row' || message.change === null) throw new Error('no row')
  return message.change
}

/** What came of each message, and the code of the HALT that ended it, if any. */
function read(
  messages: readonly CaptureMessage[],
  assembler = fresh(),
): { readonly outcomes: readonly string[]; readonly halt: string | null; readonly assembler: Assembler } {
  const outcomes: string[] = []
  for (const message of placed(messages)) {
    try {
      outcomes.push(brief(assembler.accept(message, 0)))
    } catch (error) {
      if (error instanceof FalseworkError) return { outcomes, halt: error.code, assembler }
      throw error
    }
  }
  return { outcomes: outcomes.filter((outcome) => outcome !== 'nothing'), halt: null, assembler }
}

function brief(outcome: AssemblyOutcome): string {
  if (outcome.kind === 'complete') return `complete ${outcome.transaction.key.split(':')[0] ?? ''}`
  if (outcome.kind === 'passed' || outcome.kind === 'replayed') return `${outcome.kind} ${outcome.rows}`
  return outcome.kind
}

describe('the assembler', () => {
  it('gives a transaction at its END and not before', () => {
    const assembler = fresh()
    const outcomes = placed(whole(7, 2)).map((message) => assembler.accept(message, 0))
    expect(outcomes.slice(0, -1)).toStrictEqual([{ kind: 'nothing' }, { kind: 'nothing' }, { kind: 'nothing' }])
    const last = outcomes.at(-1)
    expect(last?.kind === 'complete' && last.transaction).toMatchObject({
      key: '7:7000000',
      position: '0000000000000070',
      committedAtUs: 7_000_000n,
      from: 0,
      to: 4,
      proof: 'end',
      changes: [{ offset: 1 }, { offset: 2 }],
    })
  })

  const ways: readonly (readonly [string, readonly CaptureMessage[], readonly string[]])[] = [
    ['takes the next row', whole(7, 3), ['complete 7']],
    [
      'drops a repeated row',
      [begin(7), row(7, 1), row(7, 2), row(7, 1), row(7, 2), end(7, 2)],
      ['repeatedRow', 'repeatedRow', 'complete 7'],
    ],
    [
      'drops a repeated BEGIN',
      [begin(7), row(7, 1), begin(7), row(7, 1), row(7, 2), end(7, 2)],
      ['repeatedRow', 'complete 7'],
    ],
    ['needs no BEGIN when the first row is there', [row(7, 1), row(7, 2), end(7, 2)], ['complete 7']],
    ['passes an empty transaction', whole(7, 0), ['passed 0']],
    ['passes the END of an empty transaction whose BEGIN did not come again', [end(7, 0)], ['passed 0']],
    ['counts a logical message', [begin(7), row(7, 1), logicalMessage(7, 2), end(7, 2)], ['complete 7']],
    ['passes a transaction of other tables alone', [begin(7), row(7, 1, { change: null }), end(7, 1)], ['passed 1']],
    ['drops a replayed transaction', [...whole(7, 2), ...whole(7, 2)], ['complete 7', 'replayed 2']],
    ['drops the tail of a replayed transaction', [...whole(7, 3), row(7, 3), end(7, 3)], ['complete 7', 'replayed 1']],
    ['drops a replayed END', [...whole(7, 3), end(7, 3)], ['complete 7', 'replayed 0']],
    [
      'takes a transaction again from which the connector went back',
      [...whole(6, 1), begin(7), row(7, 1), ...whole(6, 1), ...whole(7, 2)],
      ['complete 6', 'replayed 1', 'repeatedRow', 'complete 7'],
    ],
    [
      'goes on where it stopped after the connector went back',
      [...whole(6, 1), begin(7), row(7, 1), ...whole(6, 1), row(7, 2), end(7, 2)],
      ['complete 6', 'replayed 1', 'complete 7'],
    ],
    [
      'starts anew when BEGIN comes after a missing head',
      [...whole(6, 2), row(6, 2), begin(6), row(6, 1), row(6, 2), end(6, 2), ...whole(7, 1)],
      ['complete 6', 'replayed 2', 'complete 7'],
    ],
    [
      'starts anew when the first row comes after a missing head',
      [row(7, 2), row(7, 1), row(7, 2), end(7, 2)],
      ['complete 7'],
    ],
    [
      'leaves incremental snapshot rows out of the open transaction',
      [begin(7), row(7, 1), snapshotRow('incremental'), row(7, 2), end(7, 2)],
      ['snapshotRow', 'complete 7'],
    ],
    ['reads a heartbeat anywhere', [heartbeat, begin(7), heartbeat, row(7, 1), end(7, 1)], ['complete 7']],
  ]
  it.each(ways)('%s', (_, messages, outcomes) => {
    expect(read(messages)).toMatchObject({ outcomes, halt: null })
  })

  const halts: readonly (readonly [string, string, readonly CaptureMessage[]])[] = [
    ['TX_GAP', 'a row is missing', [begin(7), row(7, 1), row(7, 3)]],
    ['TX_GAP', 'the first row is missing after BEGIN', [begin(7), row(7, 2)]],
    ['TX_DIVERGED', 'a repeated row has another key', [begin(7), row(7, 1), row(7, 1, { key: keyBytes('{"id":0}') })]],
    ['TX_DIVERGED', 'a repeated row has another op', [begin(7), row(7, 1), row(7, 1, { op: 'd' })]],
    ['TX_DIVERGED', 'a repeated row is a message', [begin(7), row(7, 1), logicalMessage(7, 1)]],
    ['TX_DIVERGED', 'a row has no number that a transaction can hold', [begin(7), row(7, 1), row(7, 0)]],
    ['TX_INCOMPLETE', 'END counts more', [begin(7), row(7, 1), end(7, 2)]],
    ['TX_INCOMPLETE', 'END counts fewer', [begin(7), row(7, 1), row(7, 2), end(7, 1)]],
    ['TX_INCOMPLETE', 'the counts by table differ', [begin(7), row(7, 1), end(7, 1, { collectionsCount: 2 })]],
    ['TX_LOST', 'the connector goes back and leaves it out', [begin(7), row(7, 1), ...whole(8, 1)]],
    [
      'TX_LOST',
      'it leaves it out after a replay',
      [...whole(6, 1), begin(7), row(7, 1), ...whole(6, 1), ...whole(8, 1)],
    ],
    [
      'TX_LOST',
      'it goes back further while one is owed, and leaves that one out',
      [
        ...whole(5, 1),
        ...whole(6, 1),
        begin(7),
        row(7, 1),
        begin(6),
        row(6, 1),
        ...whole(5, 1),
        ...whole(6, 1),
        ...whole(8, 1),
      ],
    ],
    ['TX_LOST', 'the one that comes instead is empty', [begin(7), row(7, 1), ...whole(8, 0)]],
    ['TX_HEAD_MISSING', 'it begins in the middle', [row(7, 2), end(7, 2)]],
    ['TX_HEAD_MISSING', 'only its END comes', [end(7, 2)]],
    ['TX_DIVERGED', 'a repeated row has other contents', [begin(7), row(7, 1), row(7, 1, otherContents)]],
    ['TX_DIVERGED', 'a repeated row stands elsewhere', [begin(7), row(7, 1), row(7, 1, { recordId: '7:1' })]],
    [
      'TX_DIVERGED',
      'the connector went back and numbers what follows from 1',
      [...whole(6, 1), begin(7), row(7, 1), row(7, 2), begin(6), end(6, 0), begin(7), row(7, 1, otherContents)],
    ],
    [
      'TX_INCOMPLETE',
      'the connector went back and counts from 0',
      [...whole(6, 1), begin(7), row(7, 1), begin(6), end(6, 0), end(7, 0)],
    ],
    [
      'TX_GAP',
      'it goes on with another than the next row after the connector went back',
      [...whole(6, 1), begin(7), row(7, 1), ...whole(6, 1), row(7, 3)],
    ],
    [
      'TX_LOST',
      'one that overtook another and was left does not come again',
      [begin(7), row(7, 1), begin(8), row(8, 1), ...whole(7, 1), ...whole(9, 1)],
    ],
    [
      'SNAPSHOT_UNEXPECTED',
      'a snapshot begins after one was done',
      [snapshotRow('firstOfTable'), snapshotRow('last'), snapshotRow('firstOfTable')],
    ],
  ]
  it.each([heartbeat, begin(8)])('takes a snapshot that was asked for as over when it had no rows: $kind', (later) => {
    const request = { kind: 'blocking', id: 's1', tables: ['shop.orders'], isPartial: false } as const
    const asked = [begin(7), row(7, 1, { request }), end(7, 1)]
    const halted = (seconds: number): boolean => {
      const assembler = fresh()
      for (const message of placed(asked)) assembler.accept(message, 0)
      assembler.accept(later, seconds * 1000)
      try {
        assembler.accept(snapshotRow('firstOfTable'), seconds * 1000)
        return false
      } catch (error) {
        return error instanceof FalseworkError && error.code === 'SNAPSHOT_UNEXPECTED'
      }
    }
    expect([60, 61].map(halted)).toStrictEqual([false, true])
  })

  it.each(halts)('halts with %s when %s', (code, _, messages) => {
    expect(read(messages).halt).toBe(code)
  })

  it('names offset and transaction in a HALT, and no key', () => {
    const assembler = fresh()
    const diverging = placed([begin(7), row(7, 1), row(7, 1, { key: keyBytes('{"id":"secret"}') })])
    expect(() => diverging.map((message) => assembler.accept(message, 0))).toThrow(
      'offset 2: source transaction 7: row 1 came again and is another row',
    )
  })

  const restored = (commitUs: bigint | null | undefined): Assembler =>
    fresh({ next: 40, position: positionOf(7), latestCommitUs: commitUs })

  it.each([
    ['whole', whole(5, 1)],
    ['without its first rows', [row(5, 2), end(5, 2)]],
  ])('halts with POSITION_REUSED at a passed position whose commit is later than all before, %s', (_, messages) => {
    expect(read(messages, restored(4_999_999n)).halt).toBe('POSITION_REUSED')
    expect(read(messages, restored(5_000_000n)).halt).toBeNull()
    expect(read(messages, restored(undefined)).halt).toBeNull()
  })

  it('keeps the latest commit time of all that completed, replays and clocks that go back aside', () => {
    const early = row(8, 1, { committedAtUs: 1n })
    const { assembler } = read(
      [...whole(7, 1), begin(8), early, end(8, 1), ...whole(9, 0), ...whole(7, 1)],
      fresh({ latestCommitUs: null }),
    )
    expect(assembler.safePosition.latestCommitUs).toBe(7_000_000n)
  })

  it('counts how often the connector went back', () => {
    expect(read([begin(7), row(7, 1), begin(6)], fresh()).assembler.rewinds).toBe(1)
  })

  it('knows a replay by the commit position of its checkpoint', () => {
    const started = fresh({ next: 40, position: positionOf(7) })
    expect(read([...whole(7, 1), ...whole(8, 1)], started).outcomes).toStrictEqual(['replayed 1', 'complete 8'])
  })
})

describe('a suspected head', () => {
  const suspects = (messages: readonly CaptureMessage[], assembler = fresh()): unknown[] =>
    placed(messages).flatMap((message) => {
      const outcome = assembler.accept(message, 0)
      return (outcome.kind === 'complete' || outcome.kind === 'passed') && outcome.suspect !== null
        ? [outcome.suspect]
        : []
    })
  /** Began before the commit of 8, by the position in its BEGIN. */
  const early = begin(8, { transaction: '9' })

  it('is none in what began and wrote before another commit, or after it', () => {
    expect(suspects([...whole(7, 2), ...whole(8, 1)])).toStrictEqual([])
    const interleaved = row(9, 1, { position: positionOf(7), recordId: '9:112' })
    expect(suspects([...whole(8, 1), early, interleaved, row(9, 2), end(9, 2)])).toStrictEqual([])
  })

  it('is one that began before a commit and has its first row behind it', () => {
    expect(suspects([...whole(8, 1), early, row(9, 1), end(9, 1)])).toStrictEqual([{ transaction: '9', offset: 5 }])
    const restarted = fresh({ position: positionOf(8) })
    expect(suspects([early, row(9, 1), end(9, 1)], restarted)).toHaveLength(1)
  })

  it('is one of a table whose rows are not read', () => {
    expect(suspects([...whole(8, 1), early, row(9, 1, { change: null }), end(9, 1)])).toHaveLength(1)
  })

  it('is a new END that counts nothing, and no replayed one', () => {
    expect(suspects([...whole(8, 1), ...whole(9, 0), ...whole(9, 0)])).toStrictEqual([{ transaction: '9', offset: 4 }])
  })

  it('is none without BEGIN, or before any commit', () => {
    expect(suspects([...whole(8, 1), row(9, 1), end(9, 1)])).toStrictEqual([])
    expect(suspects([early, row(9, 1), end(9, 1)])).toStrictEqual([])
  })
})

describe('a lost transaction', () => {
  /** As a session reads on: what is lost is remembered, anything else ends it. */
  function readOn(messages: readonly CaptureMessage[]): { given: readonly string[]; assembler: Assembler } {
    const assembler = fresh()
    const given = placed(messages).map((message) => {
      try {
        return brief(assembler.accept(message, 0))
      } catch (error) {
        if (error === assembler.lost) return 'lost'
        throw error
      }
    })
    return { given: given.filter((outcome) => outcome !== 'nothing'), assembler }
  }

  /** The connector wrote a heartbeat that stood behind the commit of 7, and died before its END. */
  const endNeverCame = [...whole(6, 1), begin(7), row(7, 1), row(7, 2), heartbeat, ...whole(8, 1), ...whole(9, 2)]

  it('stops everything behind it', () => {
    const { given, assembler } = readOn(endNeverCame)
    expect(given).toStrictEqual(['complete 6', 'lost'])
    expect(assembler.lost?.message).toBe(
      'offset 9: source transaction 8: it is complete, but 7, which began before it, has not come again; ' +
        '2 of its rows are held, and the commit before it stands at 0000000000000060',
    )
    expect(assembler.safePosition).toMatchObject({ next: 3, position: positionOf(6) })
  })

  it('is found when the connector was set back before it, and all behind it with it', () => {
    const again = [...whole(7, 2), ...whole(8, 1), ...whole(9, 2), ...whole(10, 1)]
    const { given, assembler } = readOn([...endNeverCame, begin(10), ...again])
    expect(given.filter((outcome) => outcome !== 'repeatedRow')).toStrictEqual([
      'complete 6',
      'lost',
      'complete 7',
      'complete 8',
      'complete 9',
      'complete 10',
    ])
    expect(assembler.lost).toBeNull()
  })

  it('is not given when it comes again with other rows', () => {
    expect(() => readOn([...endNeverCame, begin(7), row(7, 1, otherContents)])).toThrow('row 1 came again')
  })

  it('is lost anew when what overtook it does not come again', () => {
    expect(readOn([...endNeverCame, ...whole(7, 2), ...whole(9, 2)]).given.slice(1)).toStrictEqual([
      'lost',
      'repeatedRow',
      'repeatedRow',
      'complete 7',
      'lost',
    ])
  })
})

describe('the safe position', () => {
  const after = (messages: readonly CaptureMessage[]): unknown => read(messages).assembler.safePosition

  it('is the start while nothing was read', () => {
    expect(fresh({ next: 5, position: positionOf(3) }).safePosition).toStrictEqual({
      next: 5,
      anchorOffset: null,
      position: positionOf(3),
      latestCommitUs: undefined,
      snapshot: { run: 0, phase: 'none' },
    })
  })

  it.each([
    ['moves with heartbeats between transactions', [heartbeat, heartbeat], 2],
    ['stands before BEGIN while a transaction is open', [heartbeat, begin(7), row(7, 1), heartbeat], 1],
    ['stands before a first row that came without BEGIN', [heartbeat, row(7, 1)], 1],
    ['moves behind END', whole(7, 2), 4],
    [
      'stays before BEGIN of an owed transaction while others are replayed',
      [...whole(6, 1), begin(7), ...whole(6, 1), heartbeat],
      3,
    ],
    ['moves when the owed transaction has come', [...whole(6, 1), begin(7), ...whole(6, 1), ...whole(7, 1)], 10],
    ['moves with snapshot rows', [snapshotRow('firstOfTable'), snapshotRow('middle')], 2],
    ['stays before BEGIN when incremental rows come inside', [begin(7), snapshotRow('incremental')], 0],
  ] as const)('%s', (_, messages, next) => {
    const anchorOffset = next === 0 ? null : next - 1
    expect(after(messages)).toMatchObject({ next, anchorOffset })
  })

  it('carries the commit position of the last transaction, empty ones included', () => {
    expect(after([...whole(7, 1), ...whole(8, 0), ...whole(7, 1)])).toMatchObject({ position: positionOf(8) })
  })

  it.each([
    ['none', [heartbeat], { run: 0, phase: 'none' }],
    ['running', [snapshotRow('firstOfTable'), snapshotRow('middle')], { run: 1, phase: 'running' }],
    ['done', [snapshotRow('firstOfTable'), snapshotRow('last')], { run: 1, phase: 'done' }],
    ['done after a single row', [snapshotRow('last')], { run: 1, phase: 'done' }],
    [
      'running again in a second run',
      [snapshotRow('firstOfTable'), snapshotRow('middle'), snapshotRow('firstOfTable')],
      { run: 2, phase: 'running' },
    ],
    ['none in spite of incremental rows', [snapshotRow('incremental')], { run: 0, phase: 'none' }],
  ] as const)('says that the snapshot is %s', (_, messages, snapshot) => {
    expect(after(messages)).toMatchObject({ snapshot })
  })
})

describe('a transaction that is larger than what is held', () => {
  const small = (): Assembler => fresh({ budget: { rows: 3, bytes: 1_000_000 } })
  const repeated = [...whole(7, 5).slice(0, 5), begin(7), row(7, 2), row(7, 3), row(7, 5), end(7, 5)]

  it('is told at its END with where it stands, and is to be read again', () => {
    const [outcome] = placed(whole(7, 5))
      .map(
        (
          (assembler) => (message: CaptureMessage) =>
            assembler.accept(message, 0)
        )(small()),
      )
      .filter(({ kind }) => kind !== 'nothing')
    expect(outcome?.kind === 'large' && outcome.transaction).toMatchObject({ id: '7', rows: 5, from: 0, to: 7 })
  })

  it('is one whose bytes are too many, however few its rows are', () => {
    expect(read(whole(7, 3), fresh({ budget: { rows: 100, bytes: 1_000 } })).outcomes).toEqual(['large'])
  })

  it('has its repeats recognised, and nothing taken for one', () => {
    expect(read(repeated, small())).toMatchObject({ outcomes: ['repeatedRow', 'repeatedRow', 'large'], halt: null })
    for (const [code, messages] of [
      ['TX_DIVERGED', [begin(7), row(7, 1), row(7, 2), row(7, 3), row(7, 4), row(7, 1, otherContents)]],
      ['TX_DIVERGED', [begin(7), row(7, 1), row(7, 2), row(7, 3), row(7, 4), row(7, 4, { recordId: '7:1' })]],
      ['TX_GAP', [begin(7), row(7, 1), row(7, 2), row(7, 3), row(7, 4), row(7, 6)]],
      ['TX_INCOMPLETE', [...whole(7, 5).slice(0, 6), end(7, 4)]],
    ] as const) {
      expect(read(messages, small()).halt).toBe(code)
    }
  })

  it('has a repeat recognised whose columns come in another order, being parsed once and scanned once', () => {
    const of = (after: ReturnType<typeof imageOf>) => row(7, 1, { change: { ...changeOf(row(7, 1)), after } })
    const [scanned, other] = [imageOf({ id: 701, a: 1 }), imageOf({ a: 1, id: 701 })]
    const messages = [begin(7), of(scanned), row(7, 2), row(7, 3), row(7, 4), of(other)]
    expect(read(messages, small())).toMatchObject({ outcomes: ['repeatedRow'], halt: null })
  })

  it('is dropped when it comes again after it was translated', () => {
    expect(read([...whole(7, 5), ...whole(7, 5)], small()).outcomes).toEqual(['large', 'replayed 5'])
  })

  it('is still owed when the connector goes back before its END', () => {
    const left = [...whole(7, 5).slice(0, 5), begin(6), end(6, 0), ...whole(7, 5)]
    expect(read([...whole(6, 1), ...left], small()).outcomes.at(-1)).toBe('large')
  })
})
