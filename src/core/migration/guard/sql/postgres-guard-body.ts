/** What the trigger function of a guarded table does, in PL/pgSQL. */
import { postgresNames } from '../../../catalog/sql-names.ts'
import { refusal, refusedState } from './fence-sql.ts'
import type { GuardedTable, ScopeWay } from '../guarded-tables.ts'

const { quoted, quotedTable, literal } = postgresNames

interface GuardBody {
  readonly mapping: string
  readonly fence: string
  readonly table: GuardedTable
}

/**
 * The row as it was and as it will be are both asked: an update may move it from scope to scope. A row whose parent is
 * not there is in no scope: as it was, because its parent was deleted in front of it, which has been asked; as it will
 * be, only while every scope is open.
 */
export function postgresGuardBody({ mapping, fence, table: { scope } }: GuardBody): string {
  const refuse = raised(mapping)
  const ofAll = `
  FOR fence IN SELECT f.scope, f.owner, f.epoch FROM ${fence} f WHERE f.mapping = ${literal(mapping)} FOR SHARE LOOP
    IF fence.owner <> 'legacy' THEN ${refuse} END IF;
  END LOOP;
  IF NOT FOUND THEN ${raiseNoRow(mapping)} END IF;`
  const asked = (row: 'OLD' | 'NEW'): string => `
  SELECT f.scope, f.owner, f.epoch INTO fence
    FROM (SELECT ${scopeOf(row, scope)}) s
    JOIN ${fence} f ON f.mapping = ${literal(mapping)} AND f.scope IN (s.scope, '')
   WHERE s.scope IS NOT NULL
   ORDER BY f.scope = '' LIMIT 1 FOR SHARE OF f;
  IF FOUND AND fence.owner <> 'legacy' THEN ${refuse} END IF;`
  return `
DECLARE
  fence record;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN${indented(ofAll)}
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN${indented(asked('OLD'))}
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;${asked('NEW')}
  IF NOT FOUND THEN${indented(ofAll)}
  END IF;
  RETURN NEW;
END
`
}

const indented = (text: string): string => text.replaceAll('\n', '\n  ')

/** What stands behind SELECT: the scope of the row, in one row or, where its parent is not there, in none. */
function scopeOf(row: 'OLD' | 'NEW', way: ScopeWay | null): string {
  if (way === null) return `''::text COLLATE "C" AS scope`
  const [first, ...others] = way.steps
  const value = (of: string): string => {
    const text = `${of}.${quoted(way.column)}::text`
    return `${way.spelling === 'folded' ? `lower(${text})` : text} COLLATE "C" AS scope`
  }
  if (first === undefined) return value(row)
  const joins = others.map(
    ({ column, parent, parentKey }, at) =>
      ` JOIN ${quotedTable(parent)} p${at + 2} ON p${at + 2}.${quoted(parentKey)} = p${at + 1}.${quoted(column)}`,
  )
  const from = `${quotedTable(first.parent)} p1${joins.join('')}`
  return `${value(`p${way.steps.length}`)} FROM ${from} WHERE p1.${quoted(first.parentKey)} = ${row}.${quoted(first.column)}`
}

const raised = (mapping: string): string =>
  `RAISE EXCEPTION USING ERRCODE = '${refusedState}', MESSAGE = concat(${literal(refusal.before)}, coalesce(nullif(fence.scope, ''), '${refusal.all}'), ${literal(`${refusal.of}${mapping}${refusal.owner}`)}, fence.owner, ${literal(refusal.epoch)}, fence.epoch, ${literal(refusal.behind)});`

const raiseNoRow = (mapping: string): string =>
  `RAISE EXCEPTION USING ERRCODE = '${refusedState}', MESSAGE = ${literal(`${refusal.before}${refusal.all}${refusal.of}${mapping}${refusal.noRow}`)};`

/** Between marks that do not stand in the text. */
export function dollarQuoted(text: string): string {
  for (let number = 0; ; number++) {
    const mark = number === 0 ? '$falsework$' : `$falsework_${number}$`
    if (!text.includes(mark)) return `${mark}${text}${mark}`
  }
}
