/** Control records to bytes and back; what cannot be read exactly is an error. */
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import { rawFormats } from '../capture/raw-format.ts'
import { catalogShape, catalogToJson } from '../catalog/catalog-json.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { owners } from '../migration/ownership.ts'
import { gateVerdicts } from '../migration/stage-word.ts'
import { stages, transitions } from '../migration/stage.ts'
import { list, mapOf, nullable, openObject, optional, required } from '../shape/composites.ts'
import { refine } from '../shape/modifiers.ts'
import { parseJson } from '../shape/json/json-tree.ts'
import { integer, oneOf, text } from '../shape/scalars.ts'
import { readParsed, type ReadShape, type Shape } from '../shape/shape.ts'
import { type ControlRecord, controlFormat, letterActions, onUnknownTable, registeredStages } from './control-record.ts'
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

const header = openObject({
  format: required(integer(), 'Of the record.'),
  kind: required(text, 'What it says.'),
})

const common = {
  format: required(
    refine(integer(0, controlFormat), (): typeof controlFormat => controlFormat),
    'Of the record.',
  ),
  uuid: required(text, 'A record that is appended twice counts once.'),
  basedOn: required(integer(), 'The end of the registry log as it was read when this was decided.'),
  atMs: required(integer(), 'When, ms since the epoch.'),
  actor: required(text, 'Who.'),
}
const source = required(text, 'Whom it is about.')
const reason = required(text, 'In the words of the operator.')
const incarnation = required(integer(), 'Of the source.')
const kindOf = <const K extends ControlRecord['kind']>(kind: K) => required(oneOf([kind]), 'What it says.')

const textFile = openObject({ path: required(text, 'In the project.'), text: required(text, 'As it stood there.') })

const capture: Shape<CaptureSettings> = refine(
  openObject({
    database: optional(oneOf(['mariadb']), 'What the database is; absent: PostgreSQL.'),
    format: required(oneOf(rawFormats), 'Of the raw log.'),
    decimalHandling: required(oneOf(['string']), 'Of decimals.'),
    timePrecision: required(oneOf(['adaptive_time_microseconds']), 'Of times.'),
    binaryHandling: required(oneOf(['hex']), 'Of bytes.'),
    intervalHandling: optional(oneOf(['string']), 'Of intervals, at PostgreSQL.'),
    hstoreHandling: optional(oneOf(['json']), 'Of hstore, at PostgreSQL.'),
    unavailablePlaceholder: optional(text, 'Stands for a value that was left out, at PostgreSQL.'),
    unsignedBigints: optional(oneOf(['long']), 'Of unsigned numbers of 64 bits, at MariaDB.'),
  }),
  (read, complain) => {
    const { database, format, decimalHandling, timePrecision, binaryHandling } = read
    const common = { format, decimalHandling, timePrecision, binaryHandling }
    const { intervalHandling, hstoreHandling, unavailablePlaceholder, unsignedBigints } = read
    if (database === 'mariadb') {
      if (unsignedBigints === undefined) return complain(['unsignedBigints'], 'unsignedBigints is missing')
      return { database, ...common, unsignedBigints }
    }
    if (intervalHandling === undefined) return complain(['intervalHandling'], 'intervalHandling is missing')
    if (hstoreHandling === undefined) return complain(['hstoreHandling'], 'hstoreHandling is missing')
    if (unavailablePlaceholder === undefined) {
      return complain(['unavailablePlaceholder'], 'unavailablePlaceholder is missing')
    }
    return { ...common, intervalHandling, hstoreHandling, unavailablePlaceholder }
  },
)

const catalog = required(catalogShape, 'The tables that it needs.')

const content = openObject({
  mapping: required(text, 'Its name.'),
  source,
  files: required(
    openObject({
      mapping: required(textFile, 'The mapping file.'),
      codes: required(list(textFile), 'Code lists.'),
      contracts: required(list(textFile), 'Contracts.'),
    }),
    'As they stood in the project.',
  ),
  catalog,
  capture: required(capture, 'How values are written.'),
  topics: required(
    list(
      openObject({ topic: required(text, 'As the mapping names it.'), partitions: required(integer(), 'How many.') }),
    ),
    'Where its events go.',
  ),
  schemas: required(
    list(
      openObject({
        event: required(text, 'Its name.'),
        version: required(integer(), 'Its major version.'),
        topic: required(text, 'As the mapping names it.'),
        subject: required(text, 'In the schema registry.'),
        id: required(integer(), 'In the schema registry.'),
        url: required(text, 'What goes into ce_dataschema.'),
      }),
    ),
    'Of its events.',
  ),
  keys: required(
    refine(mapOf(text, text), (keys): Readonly<Record<string, string>> => Object.fromEntries(keys)),
    'Fingerprints of pseudonym keys.',
  ),
})

/** By kind; whoever adds one adds its shape here. */
const kinds = {
  revision: refine(
    openObject({
      ...common,
      kind: kindOf('revision'),
      content: required(content, 'What decides about the bytes of events.'),
      hash: required(text, 'Of the content.'),
      stage: required(oneOf(registeredStages), 'What the mapping is registered into.'),
    }),
    (record, complain) =>
      record.hash === revisionHash(record.content) ? record : complain(['hash'], 'it is not the hash of the content'),
  ),
  started: openObject({ ...common, kind: kindOf('started'), source, incarnation }),
  tables: openObject({
    ...common,
    kind: kindOf('tables'),
    source,
    tables: required(list(text), 'All that the catalog knows.'),
    onUnknownTable: required(oneOf(onUnknownTable), 'What becomes of others.'),
    stored: optional(
      openObject({ capture: required(capture, 'How values are written.'), catalog }),
      'Whose rows are kept.',
    ),
  }),
  resumed: openObject({ ...common, kind: kindOf('resumed'), source, reason }),
  incarnation: openObject({
    ...common,
    kind: kindOf('incarnation'),
    source,
    incarnation,
    from: required(integer(), 'The raw offset at which it begins.'),
    reason,
  }),
  audited: openObject({
    ...common,
    kind: kindOf('audited'),
    source,
    position: required(integer(), 'The raw offset up to which the rows were compared.'),
    tables: required(
      list(
        openObject({
          table: required(text, 'Its name.'),
          rows: required(integer(), 'That were compared.'),
          differences: required(integer(), 'That were found.'),
        }),
      ),
      'That were compared.',
    ),
    notCompared: required(list(text), 'Tables and columns that could not be.'),
  }),
  letters: openObject({
    ...common,
    kind: kindOf('letters'),
    source,
    action: required(oneOf(letterActions), 'What becomes of their inputs.'),
    letters: required(list(text), 'Ids of the dead letters.'),
    reason,
  }),
  stage: openObject({
    ...common,
    kind: kindOf('stage'),
    mapping: required(text, 'Its name.'),
    scope: required(nullable(text), 'A value of its structural scope; null: all.'),
    transition: required(oneOf(transitions), 'What is done.'),
    to: required(oneOf(stages), 'Where it leads.'),
    epoch: required(integer(), 'Of the ownership that it asks for.'),
    seen: required(
      openObject({ owner: required(oneOf(owners), 'Who.'), epoch: required(integer(), 'Of it.') }),
      'The ownership on which it was decided.',
    ),
    reason: required(nullable(text), 'In the words of the operator.'),
    evidence: required(
      list(
        openObject({
          gate: required(text, 'Its name.'),
          verdict: required(oneOf(gateVerdicts), 'What came out.'),
          text: required(text, 'The live value.'),
        }),
      ),
      'What the gates have shown.',
    ),
    waivers: required(
      list(openObject({ gate: required(text, 'Its name.'), reason: required(text, 'Why it is accepted.') })),
      'Gates that were not passed.',
    ),
  }),
  migration: openObject({
    ...common,
    kind: kindOf('migration'),
    mapping: required(text, 'Its name.'),
    file: required(textFile, 'The migration file.'),
  }),
  anew: openObject({ ...common, kind: kindOf('anew'), mapping: required(text, 'Its name.'), reason }),
  rehearsed: openObject({
    ...common,
    kind: kindOf('rehearsed'),
    mapping: required(text, 'Its name.'),
    fenced: required(list(text), 'Transactional ids that were fenced, and opened anew.'),
    reason,
  }),
  fenced: openObject({
    ...common,
    kind: kindOf('fenced'),
    mapping: required(text, 'Its name.'),
    scope: required(nullable(text), 'The scope that was asked back; null: all that has none of its own.'),
    epoch: required(integer(), 'Of the ownership under which it is nobody’s.'),
    fenced: required(list(text), 'Transactional ids.'),
  }),
  gap: openObject({
    ...common,
    kind: kindOf('gap'),
    source,
    incarnation,
    bytes: required(integer(1), 'Of the log of the database, from one position to the other.'),
    from: required(text, 'What the connector has sent.'),
    to: required(text, 'What the slot has been confirmed to.'),
  }),
  void: openObject({ ...common, kind: kindOf('void'), offset: required(integer(), 'Of the record.'), reason }),
} as const satisfies { readonly [K in ControlRecord['kind']]: Shape<Extract<ControlRecord, { kind: K }>> }

/**
 * Raises `REGISTRY_FORMAT_NEWER` for a format or kind of a newer build, `REGISTRY_RECORD_INVALID` for anything else
 * that this build would not have written, a hash that is not the content's included.
 */
export function decodeControlRecord(value: Buffer, offset: number): ControlRecord {
  const parsed = parseJson(value.toString())
  const { format, kind } = soundOf(readParsed(header, parsed), offset)
  if (format > controlFormat) throw newer(offset, `format ${format}`)
  if (!isKnown(kind)) throw newer(offset, `kind ${kind}`)
  const record = soundOf(readParsed<ControlRecord>(kinds[kind], parsed), offset)
  if (record.basedOn > offset) throw invalid(offset, `basedOn: ${record.basedOn} is after the record itself`)
  if (record.kind === 'void' && record.offset >= offset)
    throw invalid(offset, 'offset: it is not before the record itself')
  return record
}

const isKnown = (kind: string): kind is keyof typeof kinds => Object.hasOwn(kinds, kind)

function soundOf<T>(read: ReadShape<T>, offset: number): T {
  if (read.kind === 'value') return read.value
  throw invalid(offset, read.mistakes.map(({ message }) => message).join('; '))
}

const newer = (offset: number, what: string): FalseworkError =>
  new FalseworkError('REGISTRY_FORMAT_NEWER', `the record at ${offset} of the registry log has ${what}`)

const invalid = (offset: number, what: string): FalseworkError =>
  new FalseworkError('REGISTRY_RECORD_INVALID', `the record at ${offset} of the registry log: ${what}`)
