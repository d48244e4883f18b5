import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControlRecord } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import type { RawFormat } from '../../../src/core/capture/raw-format.ts'
import {
  acceptedOffset,
  apply,
  emptyRegistry,
  fold,
  rawFormOf,
  revisionsOf,
} from '../../../src/core/registry/registry-state.ts'
import { audited, contentOf, revision, staged, started } from './records.ts'

const log = (...records: readonly ControlRecord[]) =>
  records.map((record, offset) => ({ offset, value: encodeControlRecord(record) }))
const hashes = (state: ReturnType<typeof fold>) =>
  new Map([...state.mappings].map(([name, { revisions }]) => [name, revisions.map(({ record }) => record.uuid)]))

/** A writer reads the log up to some point and appends what it decided there, perhaps twice: no writer waits for another. */
const anyLog = fc
  .array(
    fc.record({
      behind: fc.nat({ max: 3 }),
      mapping: fc.constantFrom('a', 'b', 'c'),
      event: fc.constantFrom('X', 'Y', 'Z'),
      kind: fc.constantFrom('revision', 'revision', 'started', 'repeat'),
    }),
    { maxLength: 25 },
  )
  .map((steps) =>
    steps.reduce<readonly ControlRecord[]>((records, { behind, mapping, event, kind }, offset) => {
      const basedOn = Math.max(0, offset - behind)
      const repeated = records[basedOn]
      if (kind === 'repeat' && repeated !== undefined) return [...records, repeated]
      const uuid = `uuid-${offset}`
      return [
        ...records,
        kind === 'started' ? started(uuid, basedOn) : revision(uuid, basedOn, contentOf(mapping, event)),
      ]
    }, []),
  )

describe('the registry log', () => {
  it('numbers the revisions of each mapping and has the last one in force', () => {
    const state = fold(log(revision('a', 0), revision('b', 1, contentOf('account')), revision('c', 2)))
    expect(state.mappings.get('order-placed')).toMatchObject({
      current: { number: 2, offset: 2, record: { uuid: 'c' } },
      revisions: [{ number: 1 }, { number: 2 }],
    })
    expect(revisionsOf(state, 'shop').map(({ record, number }) => [record.content.mapping, number])).toEqual([
      ['account', 1],
      ['order-placed', 2],
    ])
    expect(revisionsOf(state, 'crm')).toEqual([])
    expect(state.end).toBe(3)
  })

  it('knows which sources were started, and in which incarnation', () => {
    const state = fold(log(started('a', 0), started('b', 1, 2)))
    expect(state.sources.get('shop')).toEqual({ incarnation: 2, offset: 1 })
  })

  it('knows what the last audit of each source has found, whatever came between', () => {
    const state = fold(log(audited('a', 0, 3), audited('b', 0, 0), audited('c', 0, 1, 'other')))
    expect([...state.audits].map(([source, { uuid }]) => [source, uuid])).toEqual([
      ['shop', 'b'],
      ['other', 'c'],
    ])
  })

  it('has one winner when two register the same mapping at once, and tells the other who won', () => {
    const state = fold(log(revision('first', 0), revision('second', 0)))
    expect(hashes(state).get('order-placed')).toEqual(['first'])
    expect(acceptedOffset(state, 'first')).toBe(0)
    expect(() => acceptedOffset(state, 'second')).toThrow(
      expect.objectContaining({
        code: 'REGISTRATION_CONFLICT',
        message:
          'a registration is not taken: actor of first was faster with a registration (mapping order-placed, record 0 of the registry log)',
      }),
    )
  })

  it('has one winner when two mappings claim the same event at once', () => {
    const state = fold(log(revision('first', 0, contentOf('a', 'Paid')), revision('second', 0, contentOf('b', 'Paid'))))
    expect([...state.mappings.keys()]).toEqual(['a'])
    expect(() => acceptedOffset(state, 'second')).toThrow(
      'actor of first was faster with a registration (event Paid.v1,',
    )
  })

  it('lets registrations of different mappings and of sources pass each other', () => {
    const state = fold(log(revision('a', 0, contentOf('a')), revision('b', 0, contentOf('b')), started('c', 0)))
    expect([...state.mappings.keys()]).toEqual(['a', 'b'])
    expect(state.sources.has('shop')).toBe(true)
  })

  it('does not let a stale record make others stale', () => {
    const state = fold(log(revision('a', 0), revision('stale', 0), revision('b', 1)))
    expect(hashes(state).get('order-placed')).toEqual(['a', 'b'])
  })

  it('counts a record that was appended twice once', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (records, seed) => {
        const again = records[seed % Math.max(1, records.length)]
        const repeated = again === undefined ? records : [...records, again]
        expect(hashes(fold(log(...repeated)))).toEqual(hashes(fold(log(...records))))
      }),
    )
  })

  it('is folded to the same state in one go, piece by piece, and by every reader', () => {
    fc.assert(
      fc.property(anyLog, fc.nat({ max: 25 }), (records, cut) => {
        const entries = log(...records)
        expect(fold(entries.slice(cut), fold(entries.slice(0, cut)))).toEqual(fold(entries))
      }),
    )
  })

  it('never accepts a record that has not seen the accepted record before it about the same thing', () => {
    fc.assert(
      fc.property(anyLog, (records) => {
        const { mappings } = fold(log(...records))
        for (const { revisions } of mappings.values()) {
          revisions.slice(1).forEach((later, index) => {
            expect(later.record.basedOn).toBeGreaterThan(revisions[index]?.offset ?? Number.NaN)
          })
        }
      }),
    )
  })

  it('accepts every record whose writer had read the whole log', () => {
    const upToDate = fc
      .array(fc.constantFrom('a', 'b'), { maxLength: 10 })
      .map((mappings) => mappings.map((mapping, offset) => revision(`uuid-${offset}`, offset, contentOf(mapping))))
    fc.assert(
      fc.property(upToDate, (records) => {
        const { decisions } = fold(log(...records))
        return [...decisions.values()].every(({ kind }) => kind === 'accepted')
      }),
    )
  })

  it('refuses to go back, and to judge what it has not read', () => {
    const state = fold(log(revision('a', 0)))
    expect(() => apply(state, revision('b', 0), 0)).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
    expect(() => acceptedOffset(emptyRegistry, 'a')).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })
})

describe('the form of a raw log', () => {
  const withFormat = (uuid: string, basedOn: number, mapping: string, format: RawFormat): ControlRecord => {
    const content = contentOf(mapping)
    return revision(uuid, basedOn, { ...content, capture: { ...content.capture, format } })
  }

  it('is that of the latest registration of the source, whichever mapping it was', () => {
    const state = fold(log(withFormat('a', 0, 'x', 'json'), withFormat('b', 1, 'a', 'jsonWithSchema')))
    expect(rawFormOf(state, 'shop').format).toBe('jsonWithSchema')
    const after = fold(log(withFormat('a', 0, 'x', 'jsonWithSchema'), withFormat('b', 1, 'a', 'json')))
    expect(rawFormOf(after, 'shop').format).toBe('json')
  })
})

describe('stages in the registry log', () => {
  it('are kept by mapping with the words that have led to them', () => {
    const state = fold(
      log(revision('a', 0), staged('b', 1), staged('c', 2, { scope: 'tenant-7', to: 'native', epoch: 2 })),
    )
    const registered = state.stages.get('order-placed')
    expect([...(registered?.scopes ?? [])].map(([scope, { stage, epoch }]) => [scope, stage, epoch])).toEqual([
      [null, 'parity', 1],
      ['tenant-7', 'parity', 2],
    ])
    expect(registered?.words.map(({ record }) => record.uuid)).toEqual(['b', 'c'])
    expect(acceptedOffset(state, 'c')).toBe(2)
  })

  it('take no word that does not lead on, or of a mapping that there is not', () => {
    const state = fold(log(revision('a', 0), staged('b', 1, { to: 'native' }), staged('c', 2, { mapping: 'account' })))
    expect(state.stages.size).toBe(0)
    expect(() => acceptedOffset(state, 'b')).toThrow(
      expect.objectContaining({
        code: 'TRANSITION_REFUSED',
        message: 'order-placed, scope all: promote leads from live to parity, not to native',
      }),
    )
    expect(() => acceptedOffset(state, 'c')).toThrow("no mapping 'account' is registered")
  })

  it('are not changed by two words that were decided on one state', () => {
    const state = fold(log(revision('a', 0), staged('b', 1), staged('c', 1)))
    expect(() => acceptedOffset(state, 'c')).toThrow(
      /^promote to parity is not taken: ana was faster with promote to parity \(stage of order-placed, record 1 /,
    )
  })
})
