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
