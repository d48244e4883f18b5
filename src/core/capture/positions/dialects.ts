import type { SourceKind } from '../../catalog/catalog.ts'
import type { SourceDialect } from '../source-dialect.ts'
import { mariadbDialect, mysqlDialect } from './gtid.ts'
import { postgresDialect } from './postgres.ts'

export const dialects: Readonly<Record<SourceKind, SourceDialect>> = {
  postgres: postgresDialect,
  mariadb: mariadbDialect,
  mysql: mysqlDialect,
}
