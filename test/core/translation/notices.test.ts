import { describe, expect, it } from 'vitest'
import { tableName } from '../../../src/core/catalog/catalog.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/delivery/checkpoint-codec.ts'
import { type Checkpoint, firstCheckpoint, type Noticed } from '../../../src/core/delivery/checkpoint.ts'
import type { TablesRecord } from '../../../src/core/registry/control-record.ts'
import { Notices } from '../../../src/core/translation/notices.ts'

const orders = tableName('public', 'orders')
const renamed = tableName('public', 'orders_2026')

const knows = (onUnknownTable: TablesRecord['onUnknownTable'], ...tables: readonly string[]): TablesRecord => ({
  kind: 'tables',
  format: 1,
  uuid: 'u',
  basedOn: 0,
  atMs: 0,
  actor: 'ana',
  source: 's',
  tables,
  onUnknownTable,
})

describe('a table that the catalog does not know', () => {
  it('is new at its first row, and a notice from then on', () => {
    const notices = new Notices(undefined, knows('report', orders))
    expect([notices.row(orders, 1), notices.row(renamed, 2), notices.row(renamed, 3)]).toEqual([
      'known',
      'new',
      'unknown',
    ])
    expect(notices.noticed).toEqual({ unknownTables: [{ table: renamed, offset: 2 }], suspectedHeads: null })
  })

  it('is not new to a process that goes on from a checkpoint which names it', () => {
    const before = new Notices(undefined, knows('report', orders))
    before.row(renamed, 2)
    expect(new Notices(before.noticed, knows('report', orders)).row(renamed, 9)).toBe('unknown')
  })

  it('is no notice any more when the catalog comes to know it', () => {
    const notices = new Notices(undefined, knows('report', orders))
    notices.row(renamed, 2)
    notices.know(knows('report', orders, renamed))
    expect(notices.noticed).toBeUndefined()
    expect(notices.row(renamed, 3)).toBe('known')
  })

  it('does not exist where no registration has said what the catalog knows', () => {
    expect(new Notices(undefined, null).row(renamed, 2)).toBe('known')
  })

  it('halts its source where the project wants that', () => {
    const notices = new Notices(undefined, knows('halt', orders))
    expect(notices.row(orders, 1)).toBe('known')
    for (const offset of [2, 3]) {
      expect(() => notices.row(renamed, offset)).toThrow(
        expect.objectContaining({
          code: 'UNKNOWN_TABLE',
          message: `offset ${offset}: a row of public.orders_2026, which the catalog does not know`,
        }),
      )
    }
  })

  it('is named among the first sixteen of them, and no checkpoint grows without end', () => {
    const notices = new Notices(undefined, knows('report'))
    for (let part = 0; part < 100; part++) notices.row(tableName('public', `part_${part}`), part)
    expect(notices.noticed?.unknownTables).toHaveLength(16)
  })
})

describe('suspected lost heads', () => {
  it('are counted, with the last of them by name; a replay counts none twice', () => {
    const notices = new Notices(undefined, null)
    for (const [transaction, offset] of [
      ['7', 10],
      ['8', 20],
      ['7', 10],
      ['8', 20],
    ] as const) {
      notices.suspect({ transaction, offset })
    }
    expect(notices.noticed?.suspectedHeads).toEqual({ times: 2, transaction: '8', offset: 20 })
  })
})

describe('an operator who has looked', () => {
  it('takes suspected lost heads away, and no table that the catalog does not know', () => {
    const notices = new Notices(undefined, knows('report', orders))
    notices.row(renamed, 2)
    notices.suspect({ transaction: '7', offset: 10 })
    notices.seen()
    expect(notices.noticed).toEqual({ unknownTables: [{ table: renamed, offset: 2 }], suspectedHeads: null })
  })
})

describe('notices in a checkpoint', () => {
  const checkpoint: Checkpoint = firstCheckpoint({
    source: 's',
    incarnation: 1,
    next: 7,
    registryOffset: 0,
    timeZoneDatabase: 'test',
  })
  const noticed: Noticed = {
    unknownTables: [{ table: renamed, offset: 2 }],
    suspectedHeads: { times: 1, transaction: '7', offset: 4 },
  }

  it.each([
    ['none', checkpoint],
    ['both kinds', { ...checkpoint, noticed }],
    ['one kind', { ...checkpoint, noticed: { ...noticed, suspectedHeads: null } }],
  ])('come back as they went: %s', (_, written) => {
    expect(decodeCheckpoint(encodeCheckpoint(written))).toStrictEqual(written)
  })

  it.each([null, 1, {}, { ...noticed, unknownTables: [1] }, { ...noticed, suspectedHeads: { times: 1 } }])(
    'that are broken stop the source: %j',
    (broken) => {
      const written = { ...checkpoint, noticed: broken as unknown as Noticed }
      expect(() => decodeCheckpoint(encodeCheckpoint(written))).toThrow(
        expect.objectContaining({ code: 'CHECKPOINT_CORRUPT' }),
      )
    },
  )
})
