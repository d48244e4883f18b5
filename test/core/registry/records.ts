/** Control records for the tests of this room. */
import { type Catalog, tableName } from '../../../src/core/catalog/catalog.ts'
import type {
  AuditedRecord,
  GapRecord,
  IncarnationRecord,
  LettersRecord,
  ResumedRecord,
  RevisionContent,
  RevisionRecord,
  StageRecord,
  StartedRecord,
  TablesRecord,
  VoidRecord,
} from '../../../src/core/registry/control-record.ts'
import { revisionHash } from '../../../src/core/registry/revision-hash.ts'

const orders = tableName('public', 'orders')
const catalog: Catalog = {
  source: 'shop',
  kind: 'postgres',
  tables: new Map([
    [
      orders,
      {
        name: orders,
        columns: [{ name: 'id', type: 'bigint', nullable: false }],
        primaryKey: ['id'],
        uniqueKeys: [],
        foreignKeys: [],
        replicaIdentity: 'full',
      },
    ],
  ]),
}

export const contentOf = (mapping: string, event = mapping): RevisionContent => ({
  mapping,
  source: 'shop',
  files: {
    mapping: { path: `mappings/${mapping}.yaml`, text: `mapping: ${mapping}` },
    codes: [{ path: 'codes/status.yaml', text: 'N: NEW' }],
    contracts: [{ path: `contracts/${event}.v1.avsc`, text: '{}' }],
  },
  catalog,
  capture: {
    format: 'json',
    decimalHandling: 'string',
    timePrecision: 'adaptive_time_microseconds',
    binaryHandling: 'hex',
    intervalHandling: 'string',
    hstoreHandling: 'json',
    unavailablePlaceholder: '__ours__',
  },
  topics: [{ topic: 'orders.v1', partitions: 6 }],
  schemas: [
    {
      event,
      version: 1,
      topic: 'orders.v1',
      subject: `orders.v1-${event}`,
      id: 7,
      url: 'http://registry/schemas/ids/7',
    },
  ],
  keys: { 'customer-email': '0123456789abcdef' },
})

export function revision(uuid: string, basedOn: number, content = contentOf('order-placed')): RevisionRecord {
  return {
    format: 1,
    kind: 'revision',
    uuid,
    basedOn,
    atMs: 1_769_853_600_000,
    actor: `actor of ${uuid}`,
    content,
    hash: revisionHash(content),
    stage: 'live',
  }
}

export const started = (uuid: string, basedOn: number, incarnation = 1): StartedRecord => ({
  format: 1,
  kind: 'started',
  uuid,
  basedOn,
  atMs: 1_769_853_600_000,
  actor: 'daemon',
  source: 'shop',
  incarnation,
})

export const tables = (uuid: string, basedOn: number, ...known: readonly string[]): TablesRecord => ({
  format: 1,
  kind: 'tables',
  uuid,
  basedOn,
  atMs: 1_769_853_600_000,
  actor: 'ana',
  source: 'shop',
  tables: known,
  onUnknownTable: 'report',
})

export const voided = (uuid: string, basedOn: number, offset: number): VoidRecord => ({
  format: 1,
  kind: 'void',
  uuid,
  basedOn,
  atMs: 1_769_853_600_000,
  actor: 'ana',
  offset,
  reason: 'a foreign record',
})

export const resumed = (uuid: string, basedOn: number): ResumedRecord => ({
  format: 1,
  kind: 'resumed',
  uuid,
  basedOn,
  atMs: 1_769_853_600_000,
  actor: 'ana',
  source: 'shop',
  reason: 'the topic was made larger',
})

export const letters = (uuid: string, basedOn: number): LettersRecord => ({
  format: 1,
  kind: 'letters',
  uuid,
  basedOn,
  atMs: 1_769_853_600_000,
  actor: 'ana',
  source: 'shop',
  action: 'discard',
  letters: ['0cc8e2a6-1767-57fc-aaec-c1d79ccb388c'],
  reason: 'a test row',
})

export const incarnation = (uuid: string, basedOn: number, number: number, from: number): IncarnationRecord => ({
  format: 1,
  kind: 'incarnation',
  uuid,
  basedOn,
  atMs: 1_769_853_600_000,
  actor: 'ana',
  source: 'shop',
  incarnation: number,
  from,
  reason: 'the slot was dropped',
})

export const audited = (uuid: string, basedOn: number, differences: number, source = 'shop'): AuditedRecord => ({
  format: 1,
  kind: 'audited',
  uuid,
  basedOn,
  atMs: 1_790_000_000_000,
  actor: 'ana',
  source,
  position: 70,
  tables: [{ table: 'public.orders', rows: 12, differences }],
  notCompared: ['public.orders.price'],
})

export const gap = (uuid: string, basedOn: number, seen: Partial<GapRecord> = {}): GapRecord => ({
  format: 1,
  kind: 'gap',
  uuid,
  basedOn,
  atMs: 1_790_000_000_000,
  actor: 'daemon',
  source: 'shop',
  incarnation: 1,
  bytes: 4_096,
  from: '0/16B3748',
  to: '0/16B4748',
  ...seen,
})

export const staged = (uuid: string, basedOn: number, word: Partial<StageRecord> = {}): StageRecord => ({
  format: 1,
  kind: 'stage',
  uuid,
  basedOn,
  atMs: 1_790_000_000_000,
  actor: 'ana',
  mapping: 'order-placed',
  scope: null,
  transition: 'promote',
  to: 'parity',
  epoch: 1,
  seen: { owner: 'legacy', epoch: 1 },
  reason: null,
  evidence: [{ gate: 'lag', verdict: 'passed', text: '0.4 s' }],
  waivers: [],
  ...word,
})
