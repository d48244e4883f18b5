import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControlRecord } from '../../../src/core/registry/control-record.ts'
import { encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import { emptyRegistry, foldRead, type RegistryState } from '../../../src/core/registry/registry-state.ts'
import type { Entry } from '../../../src/core/registry/unread-record.ts'
import { expectAllRead } from '../../../src/core/registry/unread-record.ts'
import { contentOf, revision, started, voided } from './records.ts'

const foreign = Buffer.from('{"not":"ours"}')
const newer = Buffer.from(encodeControlRecord(started('n', 0)).toString().replace('"format":1', '"format":2'))

const logOf = (...values: readonly (ControlRecord | Buffer)[]): readonly Entry[] =>
  values.map((value, offset) => ({ offset, value: Buffer.isBuffer(value) ? value : encodeControlRecord(value) }))

const read = (entries: readonly Entry[], from: RegistryState = emptyRegistry): RegistryState =>
  foldRead({ records: entries.filter(({ offset }) => offset >= from.end), end: entries.length }, from)

describe('a record that cannot be read', () => {
  it('stops nothing that stands before it, and everything that stands behind', () => {
    const state = read(logOf(revision('a', 0), foreign, started('b', 2)))
    expect([...state.mappings.keys()]).toEqual(['order-placed'])
    expect(state.sources.size).toBe(0)
    expect(state).toMatchObject({ end: 1, unread: { offset: 1, code: 'REGISTRY_RECORD_INVALID' } })
  })

  it('is passed by every reader once it is void, whatever was read before', () => {
    const log = logOf(revision('a', 0), foreign, started('b', 2), voided('c', 3, 1))
    const early = read(log.slice(0, 2))
    expect(read(log, early)).toEqual(read(log))
    expect(read(log)).toMatchObject({ end: 4, unread: null })
    expect(read(log).sources.has('shop')).toBe(true)
  })

  it('of a newer build is never passed: an older one must not', () => {
    expect(read(logOf(newer, voided('v', 1, 0)))).toMatchObject({ end: 0, unread: { code: 'REGISTRY_FORMAT_NEWER' } })
  })

  it('lets nobody decide who has not read all of it, and names the command', () => {
    expect(() => expectAllRead(read(logOf(foreign)))).toThrow('`falsework registry void 0 --reason TEXT`')
    expect(() => expectAllRead(read(logOf(started('a', 0))))).not.toThrow()
  })
})

describe('a void', () => {
  it('of a record that can be read changes nothing', () => {
    expect(read(logOf(revision('a', 0), voided('v', 1, 0))).mappings.size).toBe(1)
  })

  it('gives the same state however the log is cut into reads', () => {
    const anyLog = fc.array(fc.constantFrom('revision', 'foreign', 'void', 'started'), { maxLength: 12 }).map((kinds) =>
      logOf(
        ...kinds.map((kind, offset) => {
          if (kind === 'foreign') return foreign
          if (kind === 'void') return voided(`u${offset}`, offset, Math.max(0, kinds.indexOf('foreign')))
          return kind === 'started'
            ? started(`u${offset}`, offset)
            : revision(`u${offset}`, offset, contentOf(`m${offset}`))
        }),
      ),
    )
    fc.assert(
      fc.property(anyLog, fc.array(fc.nat({ max: 12 }), { maxLength: 5 }), (log, cuts) => {
        const ends = [...cuts.filter((cut) => cut <= log.length).toSorted((a, b) => a - b), log.length]
        const piecewise = ends.reduce((state, end) => read(log.slice(0, end), state), emptyRegistry)
        expect(piecewise).toEqual(read(log))
      }),
    )
  })
})
