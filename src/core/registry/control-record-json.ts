/** Control records to bytes and back; what cannot be read exactly is an error. */
import { rawFormats } from '../capture/raw-format.ts'
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import { catalogFromJson, catalogToJson } from '../catalog/catalog-json.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { type ComplainAt, isJsonObject, type JsonPath, JsonReader } from '../diagnostics/json-object.ts'
import {
  type AuditedTable,
  type ControlRecord,
  controlFormat,
  onUnknownTable,
  type RevisionContent,
  type TextFile,
} from './control-record.ts'
import type { StoredCatalog } from '../rows/stored-catalog.ts'
import { revisionHash } from './revision-hash.ts'

export function encodeControlRecord(record: ControlRecord): Buffer {
  return Buffer.from(JSON.stringify(jsonOf(record)))
}

function jsonOf(record: ControlRecord): object {
  if (record.kind === 'revision') {
    return { ...record, content: { ...record.content, catalog: catalogToJson(record.content.catalog) } }
  }
  if (record.kind !== 'tables' || record.stored === undefined) return record
  const { capture, catalog } = record.stored
  return { ...record, stored: { capture, catalog: catalogToJson(catalog) } }
}

/**
 * Raises `REGISTRY_FORMAT_NEWER` for a format or kind of a newer build, `REGISTRY_RECORD_INVALID` for anything else
 * that this build would not have written, a hash that is not the content's included.
 */
export function decodeControlRecord(value: Buffer, offset: number): ControlRecord {
  const json = parse(value, offset)
  const mistakes: string[] = []
  const complain: ComplainAt = (path, message) => mistakes.push(`${path.join('.')}: ${message}`)
  const reader = new JsonReader(json, [], complain)
  const format = reader.count('format')
  if (format > controlFormat) throw newer(offset, `format ${format}`)
  const common = {
    format: controlFormat,
    uuid: reader.text('uuid'),
    basedOn: reader.count('basedOn'),
    atMs: reader.count('atMs'),
    actor: reader.text('actor'),
  } as const
  if (common.basedOn > offset) complain(['basedOn'], `${common.basedOn} is after the record itself`)
  const kind = reader.text('kind')
  const record = readKind(kind, reader, complain)
  if (record?.kind === 'void' && record.offset >= offset) complain(['offset'], 'it is not before the record itself')
  if (record === null && kind !== '') throw newer(offset, `kind ${kind}`)
  if (record === null || mistakes.length > 0) throw invalid(offset, mistakes.join('; '))
  return { ...common, ...record }
}

function parse(value: Buffer, offset: number): unknown {
  try {
    const json: unknown = JSON.parse(value.toString())
    if (isJsonObject(json)) return json
  } catch (cause) {
    throw invalid(offset, 'it is not JSON', cause)
  }
  throw invalid(offset, 'it is not an object')
}

/** Distributes over the union, which `Omit` does not. */
type Specific<T> = T extends unknown ? Omit<T, 'format' | 'uuid' | 'basedOn' | 'atMs' | 'actor'> : never

function readKind(kind: string, reader: JsonReader, complain: ComplainAt): Specific<ControlRecord> | null {
  if (kind === 'started') return { kind, source: reader.text('source'), incarnation: reader.count('incarnation') }
  if (kind === 'tables') {
    const [source, tables] = [reader.text('source'), reader.texts('tables')]
    const told = { kind, source, tables, onUnknownTable: reader.oneOf('onUnknownTable', onUnknownTable) } as const
    return reader.has('stored') ? { ...told, stored: readStored(reader.section('stored'), complain) } : told
  }
  if (kind === 'resumed') return { kind, source: reader.text('source'), reason: reader.text('reason') }
  if (kind === 'incarnation') {
    const [incarnation, from] = [reader.count('incarnation'), reader.count('from')]
    return { kind, source: reader.text('source'), incarnation, from, reason: reader.text('reason') }
  }
  if (kind === 'audited') {
    const [source, position] = [reader.text('source'), reader.count('position')]
    const tables = reader.list('tables', (value, path) => readAuditedTable(new JsonReader(value, path, complain)))
    return { kind, source, position, tables, notCompared: reader.texts('notCompared') }
  }
  if (kind === 'void') return { kind, offset: reader.count('offset'), reason: reader.text('reason') }
  if (kind !== 'revision') return null
  const content = readContent(reader.section('content'), complain)
  const hash = reader.text('hash')
  if (hash !== revisionHash(content)) complain(['hash'], 'it is not the hash of the content')
  return { kind, content, hash, stage: reader.oneOf('stage', ['live']) }
}

const readAuditedTable = (reader: JsonReader): AuditedTable => ({
  table: reader.text('table'),
  rows: reader.count('rows'),
  differences: reader.count('differences'),
})

function readContent(reader: JsonReader, complain: ComplainAt): RevisionContent {
  const files = reader.section('files')
  const textFile = (value: unknown, path: JsonPath): TextFile => {
    const file = new JsonReader(value, path, complain)
    return { path: file.text('path'), text: file.text('text') }
  }
  const mapping = files.section('mapping')
  return {
    mapping: reader.text('mapping'),
    source: reader.text('source'),
    files: {
      mapping: { path: mapping.text('path'), text: mapping.text('text') },
      codes: files.list('codes', textFile),
      contracts: files.list('contracts', textFile),
    },
    catalog: catalogFromJson(reader.raw('catalog'), [...reader.path, 'catalog'], complain),
    capture: readCapture(reader.section('capture')),
    topics: reader.list('topics', (value, path) => {
      const topic = new JsonReader(value, path, complain)
      return { topic: topic.text('topic'), partitions: topic.count('partitions') }
    }),
    schemas: reader.list('schemas', (value, path) => {
      const schema = new JsonReader(value, path, complain)
      return {
        event: schema.text('event'),
        version: schema.count('version'),
        topic: schema.text('topic'),
        subject: schema.text('subject'),
        id: schema.count('id'),
        url: schema.text('url'),
      }
    }),
    keys: readKeys(reader.section('keys')),
  }
}

function readCapture(reader: JsonReader): CaptureSettings {
  return {
    format: reader.oneOf('format', rawFormats),
    decimalHandling: reader.oneOf('decimalHandling', ['string']),
    timePrecision: reader.oneOf('timePrecision', ['adaptive_time_microseconds']),
    binaryHandling: reader.oneOf('binaryHandling', ['hex']),
    intervalHandling: reader.oneOf('intervalHandling', ['string']),
    hstoreHandling: reader.oneOf('hstoreHandling', ['json']),
    unavailablePlaceholder: reader.text('unavailablePlaceholder'),
  }
}

const readStored = (reader: JsonReader, complain: ComplainAt): StoredCatalog => ({
  capture: readCapture(reader.section('capture')),
  catalog: catalogFromJson(reader.raw('catalog'), [...reader.path, 'catalog'], complain),
})

const readKeys = (reader: JsonReader): Readonly<Record<string, string>> =>
  Object.fromEntries(reader.keys().map((name) => [name, reader.text(name)]))

const newer = (offset: number, what: string): FalseworkError =>
  new FalseworkError('REGISTRY_FORMAT_NEWER', `the record at ${offset} of the registry log has ${what}`)

const invalid = (offset: number, what: string, cause?: unknown): FalseworkError =>
  new FalseworkError('REGISTRY_RECORD_INVALID', `the record at ${offset} of the registry log: ${what}`, { cause })
