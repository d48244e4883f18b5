/** Which columns of a table a draft publishes and which it leaves out, with the reason. */
import { columnDecoder } from '../capture/decode/column-decoder.ts'
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import type { Column, Table } from '../catalog/catalog.ts'
import { lookOfName } from '../catalog/personal/personal-look.ts'
import type { ValueType } from '../values/type.ts'
import { valueOfText } from '../mapping/file/value-of-text.ts'
import { columnPath, fieldNames } from './draft-names.ts'
import { type Example, fieldForm, type FieldForm, keyExpression } from './field-form.ts'
import type { SampleFacts } from './sample-facts.ts'

export interface DraftedColumns {
  readonly published: readonly PublishedColumn[]
  readonly left: readonly LeftColumn[]
  /** Those that tell its rows apart, in the order of the key. */
  readonly keyColumns: readonly string[]
  /** The parts of the key of the events, over `row`. */
  readonly key: readonly string[]
  /** Values for the columns that a row of a fixture must have. */
  readonly example: ReadonlyMap<string, Example>
}

export interface PublishedColumn extends FieldForm {
  readonly column: Column
  readonly field: string
  readonly isKey: boolean
}

export interface LeftColumn {
  readonly column: Column
  /** Goes on after the column's name. */
  readonly reason: string
}

/** A text: why no draft can be made of the table. */
export function draftedColumns(
  table: Table,
  settings: CaptureSettings,
  { codes, personal }: Pick<SampleFacts, 'codes' | 'personal'>,
): DraftedColumns | string {
  const keyColumns = identityOf(table)
  if (keyColumns === null) return 'no primary key, and no unique key of NOT NULL columns: nothing tells its rows apart'
  const published: PublishedColumn[] = []
  const left: LeftColumn[] = []
  const example = new Map<string, Example>()
  const key = new Map<string, string>()
  const names = fieldNames(table.columns.map(({ name }) => name))
  for (const column of table.columns) {
    const read = columnDecoder(column, settings)
    if (read.kind === 'unsupported') {
      left.push({ column, reason: read.reason })
      continue
    }
    const values = column.values ?? codes.get(column.name)?.told
    const form = withValues(fieldForm(read.type), values, read.type)
    const look = lookOfName(table, column) ?? personal.get(column.name) ?? null
    const reason = whyLeft(column, { form, look })
    const isKey = keyColumns.includes(column.name)
    const keyPart = columnPath('row', column.name)
    if (isKey && column.pii === undefined && look === null && column.zeroDates !== true && keyPart !== null) {
      const expression = keyExpression(read.type, keyPart)
      if (expression !== null) key.set(column.name, expression)
    }
    if (form.examples !== undefined && (reason === null || !column.nullable)) example.set(column.name, form.examples[0])
    if ('unmapped' in form || reason !== null) left.push({ column, reason: reason ?? '' })
    else published.push({ ...form, column, field: names.get(column.name) ?? column.name, isKey })
  }
  const missing = keyColumns.find((name) => !key.has(name))
  if (missing !== undefined) {
    const why = left.find(({ column }) => column.name === missing)?.reason.replace(/:.*/, '')
    return `its key column ${missing} cannot be the key of events as it is${why === undefined ? '' : ` (it ${why})`}: write the mapping by hand`
  }
  return { published, left, keyColumns, key: keyColumns.flatMap((name) => key.get(name) ?? []), example }
}

/** The columns that tell its rows apart. */
function identityOf({ primaryKey, uniqueKeys, columns }: Table): readonly string[] | null {
  if (primaryKey.length > 0) return primaryKey
  const required = new Set(columns.filter(({ nullable }) => !nullable).map(({ name }) => name))
  return uniqueKeys.find((key) => key.length > 0 && key.every((name) => required.has(name))) ?? null
}

function whyLeft(
  { name, pii, zeroDates }: Column,
  { form, look }: { readonly form: ReturnType<typeof fieldForm>; readonly look: string | null },
): string | null {
  const ways = 'pseudonym(), mask(x, 2), or {expr, allowPii: "reason"}'
  if (pii !== undefined) return `is personal data (${pii}): ${ways}`
  if (look !== null) {
    return `looks like personal data (${look}) and has no tag: where it is, add "pii": "${look}" to it in the catalog, then ${ways}; where it is not, map it`
  }
  if ('unmapped' in form) return form.unmapped
  if (zeroDates === true) return 'may hold 0000-00-00, which arrives as the beginning of 1970: nullIf(x, …)'
  return columnPath('row', name) === null ? 'has a name that no expression can say' : null
}

/** Examples that the database would take, where it is known what it takes or has taken. */
function withValues(
  form: ReturnType<typeof fieldForm>,
  values: readonly string[] | undefined,
  type: ValueType,
): ReturnType<typeof fieldForm> {
  const [first, second = first] = (values ?? []).filter((value) => valueOfText(value, type) !== undefined)
  if ('unmapped' in form || first === undefined || second === undefined) return form
  return { ...form, examples: [first, second] }
}
