/** A project about the recorded database whose rules want rows of snapshots as inserts, and logs for it. */
import type { Project } from '../../../src/app/project/project-texts.ts'
import { catalogToJson } from '../../../src/core/catalog/catalog-json.ts'
import { caseProject } from '../../cases/run-case.ts'
import { recorded, recordedTables, type TextRecord } from '../capture/raw-log-of.ts'

/** Orders as they are seen, with the first line of each. */
export const mapping = `mapping: m
format: 1
owner: me
source: s
tables: {orders: shop.orders, lines: shop.lines}
defaults: {namespace: a.b, topic: orders.v1, key: "string(row.id)", partitions: 1}
lookups:
  line: {table: lines, key: [order_id, line], columns: [sku], missing: null}
rules:
  - name: seen
    on: {table: orders, op: insert}
    snapshot: as-insert
    publish:
      - event: Seen
        fields: {id: "after.id", note: "after.note", how: {const: insert}, sku: "line(after.id, 1).sku"}
  - name: changed
    on: {table: orders, op: update, changed: any}
    publish:
      - event: Seen
        fields: {id: "after.id", note: "after.note", how: {const: update}, sku: "line(after.id, 1).sku"}
onError: {default: deadLetter, schemaDrift: deadLetter, contract: deadLetter, unmapped: deadLetter}
`
const nullable = { type: ['null', 'string'], default: null, doc: 'd' }
const contract = {
  type: 'record',
  name: 'Seen',
  namespace: 'a.b',
  owner: 'me',
  doc: 'd',
  fields: [
    { name: 'id', type: 'int', doc: 'd' },
    { ...nullable, name: 'note' },
    { name: 'how', type: 'string', doc: 'd' },
    { ...nullable, name: 'sku' },
  ],
}

export async function project(text = mapping): Promise<Project> {
  const base = await caseProject('incremental-snapshot')
  const catalog = catalogToJson({ source: 's', kind: 'postgres', tables: recordedTables })
  return {
    ...base,
    texts: {
      ...base.texts,
      mappings: [{ path: 'mappings/m.yaml', text }],
      contracts: [{ path: 'contracts/Seen.v1.avsc', text: JSON.stringify(contract) }],
      catalogs: [{ path: 'catalog/s.json', text: JSON.stringify(catalog) }],
    },
  }
}

/** Logs one after the other. */
export const inOrder = (...logs: readonly (readonly TextRecord[])[]): readonly TextRecord[] =>
  logs.flat().map((record, offset) => ({ ...record, offset }))

export const seen = (id: number, how: string, note: string | null = null): string =>
  `Seen {"id":${id},"note":${JSON.stringify(note)},"how":"${how}","sku":null}`

/** The first snapshot as it is where the connector does not capture the table yet. */
export const without = (table: string): readonly TextRecord[] =>
  recorded('notified-initial').filter(({ value }) => {
    const text = String(value)
    const isRow = text.includes(`"table":"${table}"`)
    return !isRow && !text.includes(`"scanned_collection":"shop.${table}"`)
  })
