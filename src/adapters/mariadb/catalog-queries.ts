/**
 * Questions to MariaDB's information schema, which tells of what the account may see. Tables are asked for by `?`, twice
 * the same list: databases, or tables as database.table.
 */

const selected = (alias: string): string =>
  `(${alias}.table_schema IN (?) OR concat(${alias}.table_schema, '.', ${alias}.table_name) IN (?))`

interface OfTable {
  readonly schema: string
  readonly table: string
}

export interface TableRow extends OfTable {
  readonly engine: string
  readonly comment: string
}
/** Neither views nor sequences, nor tables that keep the history of their rows, of which nothing is known here. */
export const tablesQuery = `
  SELECT t.table_schema AS \`schema\`, t.table_name AS \`table\`, t.engine AS engine, t.table_comment AS comment
    FROM information_schema.tables t
   WHERE t.table_type = 'BASE TABLE' AND ${selected('t')}
   ORDER BY t.table_schema, t.table_name`

export interface ColumnRow extends OfTable {
  readonly name: string
  readonly type: string
  readonly nullable: 'YES' | 'NO'
  /** Null for what is no text. */
  readonly collation: string | null
  readonly generated: 'ALWAYS' | 'NEVER'
  readonly comment: string
}
export const columnsQuery = `
  SELECT c.table_schema AS \`schema\`, c.table_name AS \`table\`, c.column_name AS name, c.column_type AS type,
         c.is_nullable AS nullable, c.collation_name AS collation, c.is_generated AS \`generated\`,
         c.column_comment AS comment
    FROM information_schema.columns c
   WHERE ${selected('c')}
   ORDER BY c.table_schema, c.table_name, c.ordinal_position`

export interface KeyRow extends OfTable {
  readonly name: string
  readonly column: string
}
/** Unique keys, their columns in order. One of the beginnings of texts tells whole rows apart, but has no values of theirs. */
export const keysQuery = `
  SELECT s.table_schema AS \`schema\`, s.table_name AS \`table\`, s.index_name AS name, s.column_name AS \`column\`
    FROM information_schema.statistics s
   WHERE s.non_unique = 0 AND ${selected('s')}
     AND NOT EXISTS (
       SELECT 1 FROM information_schema.statistics p
        WHERE p.table_schema = s.table_schema AND p.table_name = s.table_name AND p.index_name = s.index_name
          AND p.sub_part IS NOT NULL)
   ORDER BY s.table_schema, s.table_name, s.index_name, s.seq_in_index`

export interface ForeignKeyRow extends OfTable {
  readonly name: string
  readonly column: string
  readonly referencedSchema: string
  readonly referencedTable: string
  readonly referencedColumn: string
  readonly onDelete: string
  readonly onUpdate: string
}
export const foreignKeysQuery = `
  SELECT k.table_schema AS \`schema\`, k.table_name AS \`table\`, k.constraint_name AS name, k.column_name AS \`column\`,
         k.referenced_table_schema AS referencedSchema, k.referenced_table_name AS referencedTable,
         k.referenced_column_name AS referencedColumn, r.delete_rule AS onDelete, r.update_rule AS onUpdate
    FROM information_schema.key_column_usage k
    JOIN information_schema.referential_constraints r
      ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
     AND r.table_name = k.table_name
   WHERE ${selected('k')}
   ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position`

export interface TriggerRow extends OfTable {
  readonly name: string
  readonly timing: string
  readonly event: string
}
/** An account without TRIGGER on a table sees none of it. */
export const triggersQuery = `
  SELECT t.event_object_schema AS \`schema\`, t.event_object_table AS \`table\`, t.trigger_name AS name,
         t.action_timing AS timing, t.event_manipulation AS event
    FROM information_schema.triggers t
   WHERE t.event_object_schema IN (?) OR concat(t.event_object_schema, '.', t.event_object_table) IN (?)
   ORDER BY t.event_object_schema, t.event_object_table, t.trigger_name`

export interface CheckRow extends OfTable {
  readonly clause: string
}
export const checksQuery = `
  SELECT c.constraint_schema AS \`schema\`, c.table_name AS \`table\`, c.check_clause AS clause
    FROM information_schema.check_constraints c
   WHERE c.constraint_schema IN (?) OR concat(c.constraint_schema, '.', c.table_name) IN (?)
   ORDER BY c.constraint_schema, c.table_name, c.constraint_name`

export interface ModeRow {
  readonly mode: string
}
/** Of sessions that set none of their own. */
export const sqlModeQuery = 'SELECT @@global.sql_mode AS mode'
