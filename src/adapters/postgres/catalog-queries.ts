/** Questions to PostgreSQL's system catalogs. They need no more than a login. `$1`: schemas, or tables as schema.table. */

const selected = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relreplident AS identity,
         obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND (n.nspname = ANY($1) OR n.nspname || '.' || c.relname = ANY($1))`

export interface TableRow {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly identity: string
  readonly comment: string | null
}
export const tablesQuery = `${selected} ORDER BY n.nspname, c.relname`

export interface ColumnRow {
  readonly table: number
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly toastable: boolean
  readonly generated: boolean
  readonly dimensions: number
  /** Whether its collation is not deterministic. */
  readonly loose: boolean
  readonly values: readonly string[] | null
  readonly comment: string | null
}
/**
 * A domain is spelled as the type beneath it, which is what the connector sends. Before version 12 no collation says
 * whether it is deterministic, and all are.
 */
export const columnsQuery = `
  WITH RECURSIVE selected AS (${selected}),
  base AS (
    SELECT a.attrelid, a.attnum, a.atttypid AS type, a.atttypmod AS modifier
      FROM pg_attribute a JOIN selected s ON s.oid = a.attrelid
     WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT b.attrelid, b.attnum, t.typbasetype, t.typtypmod
      FROM base b JOIN pg_type t ON t.oid = b.type AND t.typtype = 'd'
  )
  SELECT a.attrelid AS table, a.attname AS name, format_type(b.type, b.modifier) AS type,
         NOT a.attnotnull AS nullable, a.attstorage <> 'p' AS toastable,
         a.attgenerated <> '' AS generated, a.attndims AS dimensions,
         EXISTS (SELECT FROM pg_collation l WHERE l.oid = a.attcollation
                    AND to_jsonb(l) ->> 'collisdeterministic' = 'false') AS loose,
         (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = b.type) AS values,
         col_description(a.attrelid, a.attnum) AS comment
    FROM base b
    JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
    JOIN pg_attribute a ON a.attrelid = b.attrelid AND a.attnum = b.attnum
   ORDER BY a.attrelid, a.attnum`

export interface KeyRow {
  readonly table: number
  readonly primary: boolean
  /** Checked at once; a deferrable one may be broken in mid-transaction. */
  readonly immediate: boolean
  readonly columns: readonly string[]
}
/** Unique over whole rows, neither partial nor of expressions; deferrable only as the primary key, which is said. */
export const keysQuery = `
  WITH selected AS (${selected})
  SELECT i.indrelid AS table, i.indisprimary AS primary, i.indimmediate AS immediate,
         (SELECT array_agg(a.attname::text ORDER BY k.place)
            FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
           WHERE k.place <= i.indnkeyatts) AS columns
    FROM pg_index i JOIN selected s ON s.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
   WHERE i.indisunique AND i.indisvalid AND (i.indimmediate OR i.indisprimary) AND i.indpred IS NULL AND i.indexprs IS NULL
   ORDER BY c.relname`

export interface ForeignKeyRow {
  readonly table: number
  readonly columns: readonly string[]
  readonly schema: string
  readonly name: string
  readonly referencedColumns: readonly string[]
  readonly onDelete: string
}
export const foreignKeysQuery = `
  WITH selected AS (${selected})
  SELECT o.conrelid AS table, n.nspname AS schema, c.relname AS name, o.confdeltype AS "onDelete",
         (SELECT array_agg(a.attname::text ORDER BY k.place)
            FROM unnest(o.conkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number) AS columns,
         (SELECT array_agg(a.attname::text ORDER BY k.place)
            FROM unnest(o.confkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number) AS "referencedColumns"
    FROM pg_constraint o JOIN selected s ON s.oid = o.conrelid
    JOIN pg_class c ON c.oid = o.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE o.contype = 'f' ORDER BY o.conname`

export interface TriggerRow {
  readonly table: number
  readonly name: string
  /** Bits, as pg_trigger.h names them. */
  readonly type: number
  /** Whether it acts in sessions that do not replicate. */
  readonly enabled: boolean
}
/** Without those by which foreign keys and deferrable keys are upheld. */
export const triggersQuery = `
  WITH selected AS (${selected})
  SELECT t.tgrelid AS table, t.tgname::text AS name, t.tgtype::int AS type, t.tgenabled IN ('O', 'A') AS enabled
    FROM pg_trigger t JOIN selected s ON s.oid = t.tgrelid
   WHERE NOT t.tgisinternal ORDER BY t.tgname`

export interface CheckRow {
  readonly table: number
  readonly column: string
  readonly definition: string
}
export const checksQuery = `
  WITH selected AS (${selected})
  SELECT o.conrelid AS table, a.attname AS column, pg_get_constraintdef(o.oid) AS definition
    FROM pg_constraint o JOIN selected s ON s.oid = o.conrelid
    JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1]
   WHERE o.contype = 'c' AND o.convalidated AND array_length(o.conkey, 1) = 1 ORDER BY o.conname`
