/**
 * Questions about capture to PostgreSQL's system catalogs, from version 12 on: rows are read as JSON where older
 * servers lack a column, which is then null.
 */

export interface SettingsRow {
  readonly walLevel: string
  readonly serverVersion: string
  /** In megabytes; -1: no limit. null: a server before 13, which has none. */
  readonly slotLimitMegabytes: number | null
}
export const settingsQuery = `
  SELECT current_setting('wal_level') AS "walLevel", current_setting('server_version') AS "serverVersion",
         (SELECT setting::float8 FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS "slotLimitMegabytes"`

export interface SlotRow {
  readonly active: boolean
  readonly plugin: string | null
  readonly retainedBytes: number
  readonly confirmedLsn: string | null
  readonly walStatus: string | null
  readonly safeBytes: number | null
}
export const slotPositionQuery = `
  SELECT confirmed_flush_lsn::text AS "confirmedLsn" FROM pg_replication_slots WHERE slot_name = $1`

/** On a standby the log that it has replayed stands for the log that was written. */
export const slotQuery = `
  SELECT active, plugin::text AS plugin, confirmed_flush_lsn::text AS "confirmedLsn",
         coalesce(pg_wal_lsn_diff(
           CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
           restart_lsn), 0)::float8 AS "retainedBytes",
         to_jsonb(s) ->> 'wal_status' AS "walStatus", (to_jsonb(s) ->> 'safe_wal_size')::float8 AS "safeBytes"
    FROM pg_replication_slots s WHERE slot_name = $1`

export interface AccountRow {
  readonly name: string
  readonly mayReplicate: boolean
}
/** Providers of databases give a role away in place of the attribute. */
export const accountQuery = `
  SELECT quote_ident(r.rolname) AS name,
         r.rolsuper OR r.rolreplication OR EXISTS (
           SELECT FROM pg_roles g WHERE g.rolname = 'rds_replication' AND pg_has_role(r.oid, g.oid, 'MEMBER')
         ) AS "mayReplicate"
    FROM pg_roles r WHERE r.rolname = current_user`

export interface PublicationRow {
  readonly insert: boolean
  readonly update: boolean
  readonly delete: boolean
  readonly truncate: boolean
  readonly viaRoot: boolean
}
export const publicationQuery = `
  SELECT pubinsert AS insert, pubupdate AS update, pubdelete AS delete, pubtruncate AS truncate,
         coalesce((to_jsonb(p) ->> 'pubviaroot')::bool, false) AS "viaRoot"
    FROM pg_publication p WHERE pubname = $1`

export interface PublishedRow {
  readonly schema: string
  readonly name: string
  /** All columns too, where the publication has no list; null before version 15, which has no lists. */
  readonly columns: readonly string[] | null
  readonly rowFilter: string | null
}
export const publishedTablesQuery = `
  SELECT schemaname AS schema, tablename AS name,
         to_jsonb(t) -> 'attnames' AS columns, to_jsonb(t) ->> 'rowfilter' AS "rowFilter"
    FROM pg_publication_tables t WHERE pubname = $1 ORDER BY 1, 2`

/** The tables of `$1`, as schema.table. */
const wanted = `
  SELECT c.oid, c.relname, c.relkind, c.relispartition, c.relreplident, n.nspname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND n.nspname || '.' || c.relname = ANY($1)`

export interface CapturedTableRow {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly identity: string
  readonly hasPrimaryKey: boolean
  readonly rootSchema: string | null
  readonly rootName: string | null
}
export const capturedTablesQuery = `
  WITH wanted AS (${wanted})
  SELECT w.oid, w.nspname AS schema, w.relname AS name, w.relreplident AS identity,
         EXISTS (SELECT FROM pg_index i WHERE i.indrelid = w.oid AND i.indisprimary) AS "hasPrimaryKey",
         rn.nspname AS "rootSchema", r.relname AS "rootName"
    FROM wanted w
    LEFT JOIN pg_class r ON w.relispartition AND r.oid = pg_partition_root(w.oid)
    LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
   ORDER BY 2, 3`

export interface RightsRow {
  readonly schema: string
  readonly name: string
  readonly usage: boolean
  readonly select: boolean
  readonly insert: boolean
  readonly update: boolean
  readonly delete: boolean
}
/** A right on some columns counts: which ones are needed is not known here. */
export const rightsQuery = `
  WITH wanted AS (${wanted})
  SELECT w.nspname AS schema, w.relname AS name, has_schema_privilege(n.oid, 'USAGE') AS usage,
         has_any_column_privilege(w.oid, 'SELECT') AS select, has_any_column_privilege(w.oid, 'INSERT') AS insert,
         has_any_column_privilege(w.oid, 'UPDATE') AS update, has_table_privilege(w.oid, 'DELETE') AS delete
    FROM wanted w JOIN pg_namespace n ON n.nspname = w.nspname ORDER BY 1, 2`

export interface LeafRow {
  readonly table: number
  readonly schema: string
  readonly name: string
  readonly identity: string
}
export const leavesQuery = `
  WITH wanted AS (${wanted})
  SELECT w.oid AS table, n.nspname AS schema, c.relname AS name, c.relreplident AS identity
    FROM wanted w CROSS JOIN LATERAL pg_partition_tree(w.oid) t
    JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE w.relkind = 'p' AND t.isleaf AND c.relkind = 'r' ORDER BY 2, 3`

export interface CapturedColumnRow {
  readonly table: number
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly isGenerated: boolean
  readonly hasOffsetCheck: boolean
}
/** The type beneath a domain is looked for through domains over domains. */
export const capturedColumnsQuery = `
  WITH RECURSIVE wanted AS (${wanted}),
  beneath AS (
    SELECT a.attrelid, a.attnum, a.atttypid AS type, a.atttypmod AS modifier
      FROM pg_attribute a JOIN wanted w ON w.oid = a.attrelid
     WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT b.attrelid, b.attnum, t.typbasetype, t.typtypmod
      FROM beneath b JOIN pg_type t ON t.oid = b.type AND t.typtype = 'd'
  )
  SELECT a.attrelid AS table, a.attname AS name, format_type(b.type, b.modifier) AS type,
         NOT a.attnotnull AS nullable, a.attgenerated <> '' AS "isGenerated",
         EXISTS (SELECT FROM pg_constraint o
                  WHERE o.conrelid = a.attrelid AND o.contype = 'c' AND o.convalidated AND o.conkey = ARRAY[a.attnum]
                    AND pg_get_constraintdef(o.oid) ILIKE '%timezone%') AS "hasOffsetCheck"
    FROM beneath b
    JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
    JOIN pg_attribute a ON a.attrelid = b.attrelid AND a.attnum = b.attnum
   ORDER BY a.attrelid, a.attnum`

export interface TypeRow {
  readonly name: string
}
/** A domain is of the category of the type beneath it, and has no labels of its own. */
export const typesWithoutLabelsQuery = `
  SELECT format_type(t.oid, NULL) AS name FROM pg_type t
   WHERE t.typcategory = 'E' AND NOT EXISTS (SELECT FROM pg_enum e WHERE e.enumtypid = t.oid) ORDER BY 1`
