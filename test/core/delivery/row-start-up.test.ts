import { describe, expect, it } from 'vitest'
import type { TableName } from '../../../src/core/catalog/catalog.ts'
import { type Checkpoint, firstCheckpoint } from '../../../src/core/delivery/checkpoint.ts'
import { nothingEmptied } from '../../../src/core/rows/stored/emptied-spaces.ts'
import { decideRowStart, type FoundRows, type RowStart } from '../../../src/core/delivery/row-start-up.ts'

const at = (next: number, incarnation = 1): Checkpoint =>
  firstCheckpoint({ source: 'shop', incarnation, next, registryOffset: 3, timeZoneDatabase: 'test' })
const keys = new Map([['public.orders' as TableName, 'id']])
const moreKeys = new Map([...keys, ['public.lines' as TableName, 'order_id,line_no'] as const])
const otherKeys = new Map([['public.orders' as TableName, 'number']])

const found: FoundRows = {
  mark: { checkpoint: at(40), keys, indexes: [], emptied: nothingEmptied },
  checkpoint: at(100),
  keys,
  log: { first: 0 },
  begin: null,
  opensWithSnapshot: false,
  anchor: 'same',
}

const rebuilt = (why: string, from = at(0)): RowStart => ({ kind: 'rebuild', why, from }) as RowStart

const rows: readonly (readonly [string, Partial<FoundRows>, RowStart | { kind: 'halt'; code: string }])[] = [
  [
    'a store at the checkpoint',
    { mark: { checkpoint: at(100), keys, indexes: [], emptied: nothingEmptied } },
    { kind: 'current' },
  ],
  ['a store behind it', {}, { kind: 'replay', from: at(40) }],
  ['a new store over a whole log', { mark: null }, rebuilt('it is new')],
  ['a store of another version', { mark: 'other version' }, rebuilt('another version of falsework has made it')],
  ['a store that was damaged', { mark: 'damaged' }, rebuilt('it was damaged')],
  [
    'a damaged store over a log whose beginning is gone',
    { mark: 'damaged', log: { first: 7 } },
    { kind: 'halt', code: 'REBUILD_GAP' },
  ],
  [
    'a new store over a log that begins with a snapshot',
    { mark: null, log: { first: 7 }, opensWithSnapshot: true },
    rebuilt('it is new', at(7)),
  ],
  [
    'a new store over a log whose beginning is gone',
    { mark: null, log: { first: 7 } },
    { kind: 'halt', code: 'REBUILD_GAP' },
  ],
  ['a store behind a log whose beginning is gone', { log: { first: 41 } }, { kind: 'halt', code: 'REBUILD_GAP' }],
  ['a store that is just where the log begins', { log: { first: 40 } }, { kind: 'replay', from: at(40) }],
  [
    'a store ahead',
    { mark: { checkpoint: at(101), keys, indexes: [], emptied: nothingEmptied } },
    { kind: 'halt', code: 'STATE_AHEAD' },
  ],
  [
    'a store of a later incarnation',
    { mark: { checkpoint: at(10, 2), keys, indexes: [], emptied: nothingEmptied } },
    { kind: 'halt', code: 'STATE_AHEAD' },
  ],
  ['a store of another log', { anchor: 'differs' }, { kind: 'halt', code: 'STATE_FOREIGN' }],
  [
    'a store of another source',
    { mark: { checkpoint: { ...at(40), source: 'crm' }, keys, indexes: [], emptied: nothingEmptied } },
    { kind: 'halt', code: 'STATE_FOREIGN' },
  ],
  [
    'a store of an earlier incarnation',
    { checkpoint: at(100, 2), begin: 60 },
    rebuilt('another incarnation has begun', at(60, 2)),
  ],
  [
    'a store of an earlier incarnation, further on',
    { mark: { checkpoint: at(120), keys, indexes: [], emptied: nothingEmptied }, checkpoint: at(100, 2), begin: 60 },
    rebuilt('another incarnation has begun', at(60, 2)),
  ],
  [
    'an incarnation whose beginning is gone',
    { checkpoint: at(100, 2), begin: 60, log: { first: 61 } },
    { kind: 'halt', code: 'REBUILD_GAP' },
  ],
  ['a store without a table', { keys: moreKeys }, rebuilt('tables or their keys are others')],
  ['a store under another key', { keys: otherKeys }, rebuilt('tables or their keys are others')],
  [
    'a store with a table that is kept no more',
    { mark: { checkpoint: at(100), keys: moreKeys, indexes: [], emptied: nothingEmptied } },
    { kind: 'current' },
  ],
]

describe('the rows of a source that starts', () => {
  it.each(rows)('are taken up rightly from %s', (_, given, expected) => {
    expect(decideRowStart({ ...found, ...given })).toMatchObject(expected)
  })
})
