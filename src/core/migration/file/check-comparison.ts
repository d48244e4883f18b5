/** How the events of one type are compared, against the fields of their contract. */
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Contract } from '../../event/contract/contract.ts'
import type { Findings } from '../../mapping/file/findings.ts'
import type { Located } from '../../mapping/file/names.ts'
import type { ValueType } from '../../values/type.ts'
import { fieldAt, type FieldType } from './field-at.ts'
import type { ComparedEvent, Normalisation } from './migration-file.ts'

export function checkComparison(findings: Findings, event: ComparedEvent, contract: Contract): void {
  const find = (path: Located<string>): FieldType | null => findField(findings, contract, path)
  for (const path of [...event.match, ...(event.compare ?? []), ...event.ignore.map(({ field }) => field)]) find(path)
  for (const [field, { namePlace, value }] of event.normalise) {
    const found = find({ value: field, place: namePlace })
    if (found !== null) for (const one of value) checkNormalisation(findings, { field, found, one })
  }
  for (const [field, { namePlace }] of event.tolerance) {
    const found = find({ value: field, place: namePlace })
    if (found === null || withTolerance.has(found.type.kind)) continue
    const message = `'${field}' is ${found.type.kind}: only numbers, dates and times may differ by an amount`
    findings.complain('FW2614', namePlace, { message })
  }
  refuseContradictions(findings, event)
}

const withTolerance: ReadonlySet<ValueType['kind']> = new Set<ValueType['kind']>([
  'int',
  'long',
  'float',
  'double',
  'decimal',
  'bigdecimal',
  'date',
  'time',
  'localdatetime',
  'timestamp',
])

const times: readonly ValueType['kind'][] = ['time', 'localdatetime', 'timestamp']

/** Of which types a field must be; null: it must be one that may be null. */
const typesOf: Readonly<Record<Normalisation, readonly ValueType['kind'][] | null>> = {
  nullAsAbsent: null,
  decimalScale: ['decimal', 'bigdecimal', 'string'],
  milliseconds: times,
  seconds: times,
  zone: ['timestamp', 'string'],
  case: ['string', 'enum'],
  set: ['list'],
}

interface Normalised {
  readonly field: string
  readonly found: FieldType
  readonly one: Located<Normalisation>
}

function checkNormalisation(findings: Findings, { field, found, one }: Normalised): void {
  const { type, nullable } = found
  const types = typesOf[one.value]
  if (types === null ? nullable : types.includes(type.kind)) return
  const message =
    types === null
      ? `'${field}' is never null: ${one.value} says nothing of it`
      : `'${field}' is ${type.kind}: ${one.value} is for ${types.join(', ')}`
  const others = Object.entries(typesOf).flatMap(([name, kinds]) =>
    (kinds === null ? nullable : kinds.includes(type.kind)) ? [name] : [],
  )
  findings.complain('FW2614', one.place, { message, hint: others.join(', ') })
}

function findField(findings: Findings, { event, version, fields }: Contract, path: Located<string>): FieldType | null {
  const found = fieldAt(fields, path.value)
  if (found.kind === 'field') return found.field
  const message = `${event}.v${version} has no field '${path.value}'`
  return findings.complain('FW2305', path.place, { message, hint: suggestion(found.step, found.names) })
}

function refuseContradictions(findings: Findings, event: ComparedEvent): void {
  const said = new Map<string, string>([
    ...event.match.map(({ value }): [string, string] => [value, 'match']),
    ...(event.compare ?? []).map(({ value }): [string, string] => [value, 'compare']),
  ])
  const ignored = new Set<string>()
  for (const { field } of event.ignore) {
    const under = said.get(field.value)
    if (under !== undefined) {
      findings.complain('FW2615', field.place, { message: `'${field.value}' is ignored, and stands under ${under}` })
    }
    if (ignored.has(field.value))
      findings.complain('FW2313', field.place, { message: `'${field.value}' is there twice` })
    ignored.add(field.value)
  }
}
