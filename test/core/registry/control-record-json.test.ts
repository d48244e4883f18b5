import { describe, expect, it } from 'vitest'
import { decodeControlRecord, encodeControlRecord } from '../../../src/core/registry/control-record-json.ts'
import {
  audited,
  contentOf,
  gap,
  incarnation,
  letters,
  resumed,
  revision,
  staged,
  started,
  tables,
  voided,
} from './records.ts'

const broken = (change: (json: Record<string, unknown>) => unknown): Buffer => {
  const json = JSON.parse(encodeControlRecord(revision('a', 3)).toString()) as Record<string, unknown>
  return Buffer.from(JSON.stringify({ ...json, ...(change(json) as object) }))
}

describe('a control record', () => {
  it.each([
    revision('a', 3),
    started('b', 0),
    tables('c', 1),
    voided('d', 3, 2),
    resumed('e', 4),
    incarnation('f', 5, 2, 70),
    audited('g', 5, 1),
    letters('h', 5),
    gap('k', 5, { incarnation: 2 }),
    staged('i', 5, { waivers: [{ gate: 'lag', reason: 'the night of the sale' }] }),
    staged('j', 5, { scope: 'tenant-7', reason: 'refunds' }),
  ])('gives back a $kind record', (record) => {
    expect(decodeControlRecord(encodeControlRecord(record), 5)).toEqual(record)
  })

  it('of a revision of MariaDB gives back how its values are written', () => {
    const capture = {
      database: 'mariadb',
      format: 'json',
      decimalHandling: 'string',
      timePrecision: 'adaptive_time_microseconds',
      binaryHandling: 'hex',
      unsignedBigints: 'long',
    } as const
    const record = revision('a', 3, { ...contentOf('a'), capture })
    expect(decodeControlRecord(encodeControlRecord(record), 5)).toEqual(record)
  })

  it.each([
    [{ database: 'mariadb' }, 'unsignedBigints is missing'],
    [{ intervalHandling: undefined }, 'intervalHandling is missing'],
    [{ hstoreHandling: undefined }, 'hstoreHandling is missing'],
    [{ unavailablePlaceholder: undefined }, 'unavailablePlaceholder is missing'],
  ])('of a revision says which setting of its database it lacks: %j', (change, message) => {
    const value = broken(({ content }) => {
      const { capture, ...rest } = content as { readonly capture: object }
      return { content: { ...rest, capture: { ...capture, ...change } } }
    })
    expect(() => decodeControlRecord(value, 5)).toThrow(message)
  })

  it('of a revision is in stage live from the first day', () => {
    expect(JSON.parse(encodeControlRecord(revision('a', 0)).toString())).toMatchObject({ stage: 'live', format: 1 })
  })

  it('of a gap that is none stops its reader', () => {
    const value = encodeControlRecord(gap('a', 3, { bytes: 0 }))
    expect(() => decodeControlRecord(value, 5)).toThrow(expect.objectContaining({ code: 'REGISTRY_RECORD_INVALID' }))
  })

  it.each([
    ['of a newer format', broken(() => ({ format: 2 })), 'has format 2'],
    ['of a kind that a newer build knows', broken(() => ({ kind: 'verdict' })), 'has kind verdict'],
  ])('%s stops its reader with REGISTRY_FORMAT_NEWER', (_what, value, message) => {
    expect(() => decodeControlRecord(value, 5)).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_FORMAT_NEWER',
        message: `the record at 5 of the registry log ${message}`,
      }),
    )
  })

  it.each([
    ['that is not JSON', Buffer.from('{'), 'not JSON: expected a key in quotes, got the end'],
    ['that is no object', Buffer.from('[]'), 'expected a map, got an empty list'],
    ['without a kind', broken(() => ({ kind: undefined })), 'kind is missing'],
    ['without an actor', broken(() => ({ actor: undefined })), 'actor is missing'],
    ['decided on its own future', broken(() => ({ basedOn: 6 })), 'basedOn: 6 is after the record itself'],
    ['in an unknown stage', broken(() => ({ stage: 'dead' })), 'stage: expected one of shadow, live, got "dead"'],
    [
      'whose content was changed',
      broken(() => ({
        content: JSON.parse(
          JSON.stringify({ ...contentOf('x'), catalog: { source: 'shop', kind: 'postgres', tables: [] } }),
        ) as unknown,
      })),
      'hash: it is not the hash of the content',
    ],
    [
      'with a broken catalog',
      broken(({ content }) => ({ content: { ...(content as object), catalog: null } })),
      'content.catalog: expected a map, got nothing',
    ],
    [
      'with a wrong fingerprint',
      broken(({ content }) => ({ content: { ...(content as object), keys: { a: 1 } } })),
      'content.keys.a: expected a text, got 1',
    ],
  ])('%s stops its reader with REGISTRY_RECORD_INVALID', (_what, value, message) => {
    const decode = () => decodeControlRecord(value, 5)
    expect(decode).toThrow(expect.objectContaining({ code: 'REGISTRY_RECORD_INVALID' }))
    expect(decode).toThrow(message)
  })
})
