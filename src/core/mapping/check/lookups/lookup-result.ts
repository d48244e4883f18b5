/** What a look-up makes of the rows that it finds: one row, a list of rows, or a record of names and values. */
import type { RowImage } from '../../../capture/image/row-image.ts'
import type { Table } from '../../../catalog/catalog.ts'
import { lookedUpRowsMax } from '../../../expression/elaborate/lookup-call.ts'
import type { ExpressionType, Member } from '../../../expression/types/expression-type.ts'
import { ValueError } from '../../../values/value-error.ts'
import type { LookupPart, PivotPart } from '../../file/mapping-file.ts'
import type { Found } from '../../run/looked-up.ts'
import type { CheckContext } from '../check-context.ts'
import { checkConstant, checkOrder, findColumn, type RowTest, type TableColumns } from '../table-columns.ts'

export interface LookupCase {
  readonly name: string
  readonly part: LookupPart
  readonly table: Table
}

export interface LookupResult {
  readonly type: ExpressionType
  readonly rowsMax: number
  /** Columns that every call reads, and those of them whose personal data the result holds. */
  readonly reads: readonly string[]
  readonly personalData: ReadonlySet<string>
  /** Raises ValueError `missingRow` and `rowCount`. */
  readonly make: (rows: readonly RowImage[]) => Found
  /** Of a key that is null. */
  readonly nothing: Found
}

/** Null where there is a mistake, which has been reported. */
export function checkLookupResult(
  context: CheckContext,
  lookup: LookupCase,
  columns: TableColumns,
): LookupResult | null {
  const { name, part, table } = lookup
  const { result } = part
  const readable = readableColumns(context, part, columns)
  const orderBy = result.kind === 'row' ? null : result.orderBy
  const order = orderBy === null ? null : checkOrder(context, columns, orderBy)
  if (readable === null) return null
  const row = {
    kind: 'row' as const,
    name,
    table,
    columns: readable,
    ...(part.columns !== null && { declaredBy: { what: `look-up ${name}`, key: 'columns' } }),
  }
  if (result.kind === 'row') return { ...plain, type: row, rowsMax: 1, make: oneRow(lookup, result), nothing: null }
  const rowsMax = result.rows.max
  if (rowsMax > lookedUpRowsMax) {
    const message = `look-up ${name} gives at most ${lookedUpRowsMax} rows`
    return context.findings.complain('FW2007', part.place, { message, hint: `rows: ${result.rows.min}..500` })
  }
  const list = listOf(lookup, { ...result, order })
  const ordered = orderBy === null ? [] : [orderBy.value]
  if (result.pivot === null) {
    return { ...plain, type: { kind: 'rows', row }, rowsMax, reads: ordered, make: list, nothing: [] }
  }
  const pivot = checkPivot(context, { name, part: result.pivot, columns })
  if (pivot === null) return null
  const { type, make, reads, personalData } = pivot
  const nothing = make([])
  return { type, rowsMax, reads: [...ordered, ...reads], personalData, make: (rows) => make(list(rows)), nothing }
}

const plain = { reads: [], personalData: new Set<string>() } as const

/** All columns of the table, or the declared ones; null where one of them has a mistake. */
function readableColumns(
  context: CheckContext,
  { columns: declared }: LookupPart,
  columns: TableColumns,
): TableColumns['readers'] | null {
  if (declared === null) return columns.readers
  const found = declared.map((name) => findColumn(context, columns, name))
  return found.every((reader) => reader !== null) ? new Map(found.map((reader) => [reader.column.name, reader])) : null
}

function oneRow(
  { name, table }: LookupCase,
  { missing }: Extract<LookupPart['result'], { kind: 'row' }>,
): LookupResult['make'] {
  return (rows) => {
    if (rows.length > 1) throw new ValueError('rowCount', `${name} found ${rows.length} rows of ${table.name}, not one`)
    const [row] = rows
    if (row === undefined && missing === 'error') {
      throw new ValueError('missingRow', `${name} found no row of ${table.name}`)
    }
    return row ?? null
  }
}

type Order = ((a: RowImage, b: RowImage) => number) | null

/** Rows that `orderBy` takes for equal stay in the order in which they were found. */
function listOf(
  { name }: LookupCase,
  {
    rows: { min, max },
    order,
  }: { readonly rows: { readonly min: number; readonly max: number }; readonly order: Order },
): (rows: readonly RowImage[]) => readonly RowImage[] {
  return (rows) => {
    if (rows.length < min || rows.length > max) {
      throw new ValueError('rowCount', `${name} found ${rows.length} rows, declared are ${min}..${max}`)
    }
    return order === null || rows.length < 2 ? rows : rows.toSorted(order)
  }
}

interface Pivot extends Pick<LookupResult, 'type' | 'reads' | 'personalData'> {
  readonly make: (rows: readonly RowImage[]) => Found
}

interface PivotCase {
  readonly name: string
  readonly part: PivotPart
  readonly columns: TableColumns
}

/** A member's value is read where an expression selects it. */
function checkPivot(context: CheckContext, { name, part, columns }: PivotCase): Pivot | null {
  const names = findColumn(context, columns, part.name)
  const values = findColumn(context, columns, part.value)
  if (names === null || values === null) return null
  const { type, read } = values
  const tests = new Map<string, RowTest | null>()
  const members = new Map<string, Member>()
  for (const [member, { constant }] of part.take) {
    tests.set(member, checkConstant(context, names, constant))
    members.set(member, {
      type,
      nullable: true,
      read: (target) => {
        const row = (target as ReadonlyMap<string, RowImage>).get(member)
        return row === undefined ? null : read(row)
      },
    })
  }
  const sound = [...tests].flatMap(([member, test]) => (test === null ? [] : [{ member, test }]))
  if (sound.length < tests.size) return null
  const place = `${columns.table.name}.${part.value.value}`
  return {
    type: { kind: 'members', name, members },
    reads: [part.name.value, part.value.value],
    personalData: new Set(values.column.pii === undefined ? [] : [place]),
    make: (rows) => pivoted(rows, sound, { name, duplicate: part.duplicate }),
  }
}

function pivoted(
  rows: readonly RowImage[],
  members: readonly { readonly member: string; readonly test: RowTest }[],
  { name, duplicate }: { readonly name: string; readonly duplicate: PivotPart['duplicate'] },
): ReadonlyMap<string, RowImage> {
  const found = new Map<string, RowImage>()
  for (const { member, test } of members) {
    const own = rows.filter(test)
    if (own.length > 1 && duplicate === 'error') {
      throw new ValueError('rowCount', `${name} found ${own.length} rows for ${member}, not one`)
    }
    const row = own.at(duplicate === 'last' ? -1 : 0)
    if (row !== undefined) found.set(member, row)
  }
  return found
}
