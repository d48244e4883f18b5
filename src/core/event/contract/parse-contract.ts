/** A contract file to a contract that encodes and decodes, or every mistake in it with its place. */
import avsc from 'avsc'
import { eventCodes } from '../../diagnostics/codes/event.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import { type AvroRecord, contractFieldOf } from '../avro/avro-type.ts'
import { compileDecoder } from '../avro/decoder.ts'
import { compileEncoder } from '../avro/encoder.ts'
import { isJsonObject, type JsonObject } from '../../diagnostics/json-object.ts'
import { type Complain, SchemaReader } from '../avro/read-schema.ts'
import { checkKeys, contractKeys } from '../avro/schema-attributes.ts'
import { compactSchema, withoutDefaults } from '../avro/schema-json.ts'
import { anyJson, jsonPlaces } from '../../shape/json/json-value.ts'
import { parseJson } from '../../shape/json/json-tree.ts'
import { readParsed } from '../../shape/shape.ts'
import { placeIn } from '../../shape/tree.ts'
import type { Contract } from './contract.ts'

export interface ContractFile {
  readonly text: string
  /** For the places of problems. */
  readonly file: string
  /** What the file's name promises: `contracts/<event>.v<version>.avsc`. */
  readonly event: string
  readonly version: number
}

export type ParsedContract =
  /** Problems that remain are warnings. */
  | { readonly kind: 'contract'; readonly contract: Contract; readonly problems: readonly Problem[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

const warnings: ReadonlySet<string> = new Set(['FW2406', 'FW2408'])

export function parseContract(source: ContractFile): ParsedContract {
  const problems: Problem[] = []
  const add = (code: keyof typeof eventCodes, place: Place, message: string): void => {
    const severity = warnings.has(code) ? 'warning' : 'error'
    problems.push({ severity, code, name: eventCodes[code].name, message, place })
  }
  const read = readParsed(anyJson, parseJson(source.text))
  if (read.kind === 'mistakes') {
    const placeOf = placeIn(source)
    for (const { spot, message } of read.mistakes) add('FW2401', placeOf(spot), message)
    return { kind: 'refused', problems }
  }
  const locate = jsonPlaces(source)
  const complain: Complain = (code, path, message) => add(code, locate(path), message)
  const record = readRecord(read.value, source, complain)
  if (!isJsonObject(read.value) || record === null || problems.some(({ severity }) => severity === 'error')) {
    return { kind: 'refused', problems }
  }
  return { kind: 'contract', contract: contractOf({ json: read.value, record, source }), problems }
}

/** `OrderPlaced.v1.avsc`, with or without folders, to event and version; null when it is not named so. */
export function contractFileName(file: string): { readonly event: string; readonly version: number } | null {
  const [, event, version] = /(?:^|\/)([A-Za-z_]\w*)\.v([1-9]\d*)\.avsc$/.exec(file) ?? []
  return event === undefined ? null : { event, version: Number(version) }
}

function readRecord(json: unknown, source: ContractFile, say: Complain): AvroRecord | null {
  let mistakes = 0
  const complain: Complain = (code, path, message) => {
    if (!warnings.has(code)) mistakes += 1
    say(code, path, message)
  }
  if (!isJsonObject(json) || json['type'] !== 'record') {
    complain('FW2402', [], 'expected a record schema: {"type": "record", …}')
    return null
  }
  checkKeys(json, contractKeys, { path: [], say: (at, message) => complain('FW2410', at, message) })
  const record = new SchemaReader(complain).record(json, [], '')
  if (record !== null) checkName(record.name, source, complain)
  if (typeof json['owner'] !== 'string') complain('FW2408', [], `${source.event} names no owner`)
  const { compatibility } = json
  if (compatibility !== undefined && compatibility !== 'FULL_TRANSITIVE' && compatibility !== 'FORWARD_TRANSITIVE') {
    complain('FW2402', ['compatibility'], 'compatibility is FULL_TRANSITIVE or FORWARD_TRANSITIVE')
  }
  // It knows no places, and says of what has been found already the same in other words.
  if (mistakes === 0) checkWithAvsc(json, complain)
  return record
}

function checkName(fullName: string, { event, version }: ContractFile, complain: Complain): void {
  const dot = fullName.lastIndexOf('.')
  const [namespace, name] = [fullName.slice(0, Math.max(dot, 0)), fullName.slice(dot + 1)]
  if (name !== event) complain('FW2403', ['name'], `the record is ${name}, the file says ${event}`)
  if (namespace === '') complain('FW2403', ['name'], `${event} has no namespace`)
  const major = /\.v(\d+)$/.exec(namespace)?.[1]
  if (version > 1 && major === undefined) {
    complain('FW2403', ['namespace'], `namespace ${namespace} does not end in .v${version}`)
  } else if (major !== undefined && Number(major) !== version) {
    complain('FW2403', ['namespace'], `namespace ${namespace} is of v${major}, the file of v${version}`)
  }
}

/** A last look of the library that knows all of Avro's rules: what it finds beyond ours is said of the whole file. */
function checkWithAvsc(json: JsonObject, complain: Complain): void {
  try {
    // The library checks what its parameter's type asserts.
    // The library's type knows only schemas that are valid, which is what it is asked here.
    avsc.Type.forSchema(withoutDefaults(json) as Parameters<typeof avsc.Type.forSchema>[0], { wrapUnions: 'never' })
  } catch (error) {
    complain('FW2402', [], error instanceof Error ? error.message : 'not a valid schema')
  }
}

interface ReadContract {
  readonly json: JsonObject
  readonly record: AvroRecord
  readonly source: ContractFile
}

function contractOf({ json, record, source }: ReadContract): Contract {
  const { owner, doc, compatibility, draft } = json
  return {
    event: source.event,
    version: source.version,
    fullName: record.name,
    owner: typeof owner === 'string' ? owner : null,
    doc: typeof doc === 'string' ? doc : null,
    compatibility: compatibility === 'FORWARD_TRANSITIVE' ? compatibility : 'FULL_TRANSITIVE',
    stage: draft === true ? 'draft' : 'final',
    fields: record.fields.map(contractFieldOf),
    schema: compactSchema(source.text),
    encode: compileEncoder(record),
    decode: compileDecoder(record),
  }
}
