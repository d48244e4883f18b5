/** What differs between two versions of a contract, field by field, whether it breaks a promise or not. */
import { canonicalJson } from '../../registry/revision-hash.ts'
import type { AvroRecord, AvroSlot, AvroType } from '../avro/avro-type.ts'
import type { Value } from '../../values/value.ts'
import { readSchema } from './compatible.ts'

/** Paths of fields, as `lines[].sku`, in code unit order. */
export interface FieldChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Those of another type, nullability or default. */
  readonly changed: readonly string[]
}

/** `past` is null for a first version: nothing is said to be added then. A schema that cannot be read has no fields. */
export function fieldChanges(schema: string, past: string | null): FieldChanges {
  if (past === null) return { added: [], removed: [], changed: [] }
  const [before, after] = [fieldsOf(past), fieldsOf(schema)]
  return {
    added: [...after.keys()].filter((path) => !before.has(path)).toSorted(),
    removed: [...before.keys()].filter((path) => !after.has(path)).toSorted(),
    changed: [...after]
      .filter(([path, text]) => (before.get(path) ?? text) !== text)
      .map(([path]) => path)
      .toSorted(),
  }
}

/** By path, what decides about the values of the field, but for the fields in it. */
function fieldsOf(schema: string): ReadonlyMap<string, string> {
  const record = readSchema(schema)
  return new Map(record === null ? [] : [...recordFields(record, '')])
}

function* recordFields(record: AvroRecord, path: string): Iterable<readonly [string, string]> {
  for (const { name, slot, defaultValue } of record.fields) {
    const own = path === '' ? name : `${path}.${name}`
    yield [own, canonicalJson([slot.nullBranch, ownType(slot.type), shown(defaultValue)])]
    yield* innerFields(slot, own)
  }
}

function* innerFields({ type }: AvroSlot, path: string): Iterable<readonly [string, string]> {
  if (type.kind === 'record') yield* recordFields(type, path)
  if (type.kind === 'array') yield* innerFields(type.items, `${path}[]`)
}

function ownType(type: AvroType): unknown {
  if (type.kind === 'record') return [type.kind, type.name]
  if (type.kind === 'array') return [type.kind, type.items.nullBranch, ownType(type.items.type)]
  return type
}

const shown = (value: Value | undefined): string =>
  value === undefined
    ? 'none'
    : JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner))
