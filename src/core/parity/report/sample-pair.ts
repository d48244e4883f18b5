/** The two records behind a cause, side by side. */
import { exactJson } from '../../values/exact-json.ts'
import type { RecordPlace, Side } from '../compared-event.ts'
import type { ComparedType } from '../comparison.ts'
import { differencesOf } from '../difference.ts'
import { normaliser } from '../normalise.ts'

export interface FoundRecord extends RecordPlace {
  readonly kind: 'record'
  /** When it was appended to its topic, ms since the epoch. */
  readonly atMs: number
  readonly type: string
  readonly key: string | null
  /** In the form of `readableFields`; a text: why they could not be read. */
  readonly fields: Readonly<Record<string, unknown>> | string
}

/** `none`: there is none on that side. `gone`: its topic does not hold it any more. */
export type SampleRecord = FoundRecord | ({ readonly kind: 'gone' } & RecordPlace) | { readonly kind: 'none' }
export type SampleRecords = Readonly<Record<Side, SampleRecord>>

/** `masked`: of each value its kind and length. */
export type ShownValues = 'masked' | 'shown'

export interface SampleRow {
  /** `lines[0].sku`, or `(key)` of the record. */
  readonly path: string
  /** Null: there is none. */
  readonly bridge: string | null
  readonly native: string | null
  readonly differs: boolean
}

/** A row for each value of either record, in the order of the bridge's; `types` by full name, as they are compared. */
export function sampleRows(
  { bridge, native }: SampleRecords,
  { types, values }: { readonly types: Readonly<Record<string, ComparedType>>; readonly values: ShownValues },
): readonly SampleRow[] {
  const sides = { bridge: valuesOf(bridge), native: valuesOf(native) }
  const differs = differsIn(bridge, native, types)
  const text = values === 'shown' ? shown : masked
  return [...new Set([...sides.bridge.keys(), ...sides.native.keys()])].map((path) => {
    const textOf = (side: Side): string | null => (sides[side].has(path) ? text(sides[side].get(path)) : null)
    return { path, bridge: textOf('bridge'), native: textOf('native'), differs: differs(path) }
  })
}

/** By path. A list or record without items is a value of its own. */
function valuesOf(record: SampleRecord): ReadonlyMap<string, unknown> {
  if (record.kind !== 'record') return new Map()
  const { key, fields } = record
  return new Map([['(key)', key], ...(typeof fields === 'string' ? [] : leavesOf(fields, ''))])
}

function leavesOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item, at) => leavesOf(item, `${path}[${at}]`))
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [[path, value]]
  const members = Object.entries(value)
  if (members.length === 0) return [[path, value]]
  return members.flatMap(([name, one]) => leavesOf(one, path === '' ? name : `${path}.${name}`))
}

/** Whether the comparison finds a difference at a path; nothing is one where there is nothing beside it. */
function differsIn(
  bridge: SampleRecord,
  native: SampleRecord,
  types: Readonly<Record<string, ComparedType>>,
): (path: string) => boolean {
  if (bridge.kind !== 'record' || native.kind !== 'record') return () => false
  const paths = bridge.key === native.key ? [] : ['(key)']
  const compared = types[bridge.type]
  if (compared !== undefined && typeof bridge.fields === 'object' && typeof native.fields === 'object') {
    const { textOf } = normaliser(compared)
    const found = differencesOf(textOf(bridge.fields), textOf(native.fields), compared.tolerance)
    paths.push(...found.map(({ path }) => path))
  }
  return (path) => {
    const declared = path.replaceAll(/\[\d+\]/g, '[]')
    return paths.some((one) => one === declared || declared.startsWith(`${one}[`) || declared.startsWith(`${one}.`))
  }
}

const shown = (value: unknown): string => exactJson(value)

function masked(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return `text of ${value.length}`
  if (Array.isArray(value)) return `list of ${value.length}`
  if (value instanceof Uint8Array) return `bytes of ${value.length}`
  if (typeof value === 'object') return 'record'
  return typeof value === 'bigint' || typeof value === 'symbol' ? 'number' : typeof value
}
