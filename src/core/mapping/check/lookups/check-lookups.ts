/** Look-ups against the catalog: what they find, and what expressions may read of it. */
import type { RowImage } from '../../../capture/image/row-image.ts'
import type { Table } from '../../../catalog/catalog.ts'
import { functions } from '../../../expression/functions/index.ts'
import type { Lookup } from '../../../expression/types/scope.ts'
import type { RowIndex } from '../../../rows/rows-at-hand.ts'
import { isStored } from '../../../rows/stored/stored-catalog.ts'
import { frameSlots } from '../../compiled-mapping.ts'
import type { LookupPart, MappingFile } from '../../file/mapping-file.ts'
import { sharedNames } from '../../file/names.ts'
import type { Found, LookedUp, Question } from '../../run/looked-up.ts'
import type { CheckContext } from '../check-context.ts'
import { checkLookupResult, type LookupCase } from './lookup-result.ts'
import { checkWhere, findMatchable, tableColumns } from '../table-columns.ts'

/** The look-ups of a mapping; of those with a mistake, the names alone. */
export interface Lookups {
  readonly sound: ReadonlyMap<string, Lookup>
  readonly mistaken: ReadonlySet<string>
}

export function checkLookups(
  context: CheckContext,
  { lookups, codes }: MappingFile,
  tableOf: (part: LookupPart) => Table | null,
): Lookups {
  const sound = new Map<string, Lookup>()
  const mistaken = new Set<string>()
  for (const [name, part] of lookups) {
    const table = part === null ? null : tableOf(part)
    if (part !== null) refuseTaken(context, { name, part, isCode: codes.has(name) })
    const lookup = part === null || table === null ? null : checkLookup(context, { name, part, table })
    if (lookup === null) mistaken.add(name)
    else sound.set(name, lookup)
  }
  return { sound, mistaken }
}

function refuseTaken(
  { findings }: CheckContext,
  { name, part, isCode }: { readonly name: string; readonly part: LookupPart; readonly isCode: boolean },
): void {
  const isFunction = functions.has(name) || name === 'changed'
  if (!isFunction && !isCode) return
  const why = isCode ? `taken: ${sharedNames}` : 'a function of the language: a look-up of that name would hide it'
  findings.complain('FW2313', part.namePlace, { message: `'${name}' is ${why}` })
}

function checkLookup(context: CheckContext, lookup: LookupCase): Lookup | null {
  const { name, part, table } = lookup
  const columns = tableColumns(context, table)
  const key = part.key.map((column) => findMatchable(context, columns, column))
  const where = checkWhere(context, columns, part.where)
  const result = checkLookupResult(context, lookup, columns)
  const isHeld = requireHeldRows(context, lookup)
  if (part.result.kind === 'row' && key.every((column) => column !== null)) requireUnique(context, lookup)
  if (!isHeld || where === null || result === null || !key.every((column) => column !== null)) return null
  const reads = [...part.key.map(({ value }) => value), ...part.where.keys(), ...result.reads]
  const make = (rows: readonly RowImage[]): Found => result.make(part.where.size === 0 ? rows : rows.filter(where))
  return {
    name,
    table,
    key,
    result: result.type,
    missing: part.result.kind === 'row' ? part.result.missing : 'null',
    rowsMax: result.rowsMax,
    reads: new Set(reads.map((column) => `${table.name}.${column}`)),
    personalData: result.personalData,
    finder: finders(context, {
      name,
      make,
      nothing: result.nothing,
      wants: part.result.kind === 'row' ? 'one' : 'all',
    }),
  }
}

/** One question for each index, whichever expressions ask it: what it has found is found for all of them. */
function finders(context: CheckContext, lookup: Omit<Question, 'index'>): Lookup['finder'] {
  const questions = new Map<string, Question>()
  return (index: RowIndex) => {
    context.indexes.set(index.id, index)
    const question = questions.get(index.id) ?? { ...lookup, index }
    questions.set(index.id, question)
    return (frame, key) => (frame[frameSlots.lookedUp] as LookedUp).find(question, key)
  }
}

/** The row store holds rows that a key tells apart. */
function requireHeldRows({ findings, surroundings }: CheckContext, { name, part, table }: LookupCase): boolean {
  if (surroundings.keepsRows(table)) return true
  if (isStored(table)) {
    findings.complain('FW2330', part.table.place, {
      message: `look-up ${name}: the rows of ${table.name} are excluded from the row store`,
      hint: `take ${table.name} out of rows.exclude in falsework.yaml`,
    })
    return false
  }
  const { primaryKey, deferrablePrimaryKey } = table
  const identity = primaryKey.length > 0 && deferrablePrimaryKey !== true
  const remedy = identity
    ? `ALTER TABLE ${table.name} REPLICA IDENTITY FULL`
    : `an immediate primary key for ${table.name}, or a unique key of columns that are NOT NULL and REPLICA IDENTITY FULL`
  findings.complain('FW2316', part.table.place, {
    message: `look-up ${name}: no key of ${table.name} tells its rows apart, so that they cannot be held`,
    hint: `${remedy}, then falsework catalog pull`,
  })
  return false
}

function requireUnique({ findings }: CheckContext, { name, part, table }: LookupCase): void {
  const keys = [table.primaryKey, ...table.uniqueKeys].filter((key) => key.length > 0)
  const given = part.key.map(({ value }) => value)
  if (keys.some((key) => key.every((column) => given.includes(column)))) return
  const [first] = part.key
  const have = keys.map((key) => `[${key.join(', ')}]`).join(', ')
  findings.complain('FW2318', first?.place ?? part.place, {
    message: `look-up ${name} gives one row, and ${table.name} may have several with one ${given.join(', ')}`,
    hint: `${have === '' ? 'the table has no unique key' : `unique are ${have}`}; for a list, rows: 0..500`,
  })
}
