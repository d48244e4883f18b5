/** Questions about capture to MariaDB. */

export interface SettingsRow {
  readonly serverVersion: string
  readonly serverId: number
  readonly log: 0 | 1
  readonly logFormat: string
  readonly rowImage: string
  readonly gtidStrict: 0 | 1
}
export const settingsQuery = `
  SELECT @@global.version AS serverVersion, @@global.server_id AS serverId, @@global.log_bin AS log,
         @@global.binlog_format AS logFormat, @@global.binlog_row_image AS rowImage,
         @@global.gtid_strict_mode AS gtidStrict`

export interface RetentionRow {
  readonly name: string
  readonly value: string
}
/** Servers before 10.6 know days alone. */
export const retentionQuery = `
  SELECT lower(variable_name) AS name, variable_value AS value FROM information_schema.global_variables
   WHERE variable_name IN ('binlog_expire_logs_seconds', 'expire_logs_days')`

export interface AccountRow {
  readonly user: string
  readonly host: string
  readonly role: string | null
}
export const accountQuery = `
  SELECT LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1) AS user,
         SUBSTRING_INDEX(CURRENT_USER(), '@', -1) AS host, CURRENT_ROLE() AS role`

export interface PrivilegeRow {
  readonly privilege: string
  /** A pattern of LIKE where no table is named; null: of every database. */
  readonly schema: string | null
  /** null: of every table. */
  readonly table: string | null
}
/** Asked with the account four times, as the information schema spells it. */
export const privilegesQuery = `
  SELECT privilege_type AS privilege, NULL AS \`schema\`, NULL AS \`table\`
    FROM information_schema.user_privileges WHERE grantee = ?
   UNION SELECT privilege_type, table_schema, NULL FROM information_schema.schema_privileges WHERE grantee = ?
   UNION SELECT privilege_type, table_schema, table_name FROM information_schema.table_privileges WHERE grantee = ?
   UNION SELECT privilege_type, table_schema, table_name FROM information_schema.column_privileges WHERE grantee = ?`

export interface UnreadableColumnRow {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly type: string
}
export const unreadableColumnsQuery = `
  SELECT c.table_schema AS \`schema\`, c.table_name AS \`table\`, c.column_name AS name, c.column_type AS type
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
   WHERE c.data_type IN ('inet4', 'inet6') AND t.table_type = 'BASE TABLE'
   ORDER BY c.table_schema, c.table_name, c.ordinal_position`
