/** A database on MariaDB for histories. */
import mysql from 'mysql2/promise'
import { openMariadbInspector } from '../../../src/adapters/mariadb/mariadb-inspector.ts'
import type { Table, TableName } from '../../../src/core/catalog/catalog.ts'
import type { ServerAddress } from '../../../stack/stack.ts'
import type { Step } from '../history.ts'
import type { StoredOffset } from '../../../src/core/capture/connector/stored-offset.ts'
import type { Milestone, ProofSource } from '../proof-source.ts'
import { type HeldRows, judgeMariadb } from './mariadb-judge.ts'
import { comparedTables, hiddenDatabase, mariadbProofTables } from './mariadb-history.ts'

export class MariadbDatabase implements ProofSource {
  readonly name: string
  readonly tables: ReadonlyMap<TableName, Table>
  private readonly admin: mysql.Connection
  private readonly sessions: readonly mysql.Connection[]
  private marks = 0
  /** As the records up to the last milestone have made them. */
  private readonly captured: HeldRows = new Map()

  private constructor(parts: {
    name: string
    tables: ReadonlyMap<TableName, Table>
    admin: mysql.Connection
    sessions: readonly mysql.Connection[]
  }) {
    this.name = parts.name
    this.tables = parts.tables
    this.admin = parts.admin
    this.sessions = parts.sessions
  }

  static async create(server: ServerAddress, name: string): Promise<MariadbDatabase> {
    const admin = await mysql.createConnection({ ...server })
    for (const statement of [...hiddenDatabase, `CREATE DATABASE ${name}`, `USE ${name}`, ...mariadbProofTables]) {
      await admin.query(statement)
    }
    const inspector = await openMariadbInspector(server)
    const { tables } = await inspector.tables({ source: name, schemas: [name] })
    await inspector.close()
    const sessions = await Promise.all(
      [0, 1, 2].map(async () => await mysql.createConnection({ ...server, database: name, multipleStatements: true })),
    )
    for (const session of sessions) await session.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    return new MariadbDatabase({ name, tables, admin, sessions })
  }

  async run({ session, sql }: Step): Promise<void> {
    await this.sessions[session]?.query(sql)
  }

  /** A transaction of its own behind everything else; gives its GTID. */
  async mark(): Promise<string> {
    this.marks += 1
    await this.admin.query('INSERT INTO some VALUES (?, 0)', [1_000_000_000 + this.marks])
    const [rows] = await this.admin.query<mysql.RowDataPacket[]>('SELECT @@last_gtid AS gtid')
    return String(rows[0]?.['gtid'])
  }

  async milestone(): Promise<Milestone> {
    const mark = await this.mark()
    const held = await this.rows()
    const { tables, captured: rows } = this
    return { mark, judge: (records, position) => judgeMariadb(records, held, { tables, position, rows }) }
  }

  /** As the tables are now: by table and key, the value. */
  async rows(): Promise<ReadonlyMap<string, string>> {
    const held = new Map<string, string>()
    for (const table of comparedTables) {
      const [rows] = await this.admin.query<mysql.RowDataPacket[]>(`SELECT id, v FROM ${table}`)
      for (const row of rows) held.set(`${this.name}.${table} ${String(row['id'])}`, String(row['v']))
    }
    return held
  }

  /** Where a connector begins that is to see everything from now on. */
  async offset(): Promise<StoredOffset['offset']> {
    const [status] = await this.admin.query<mysql.RowDataPacket[]>('SHOW MASTER STATUS')
    const [gtid] = await this.admin.query<mysql.RowDataPacket[]>('SELECT @@gtid_binlog_pos AS gtid')
    const { File: file, Position: position } = status[0] as { readonly File: string; readonly Position: number }
    return { ts_sec: 1, file, pos: position, gtids: String(gtid[0]?.['gtid']), server_id: 1 }
  }

  async close(): Promise<void> {
    await Promise.all([this.admin, ...this.sessions].map(async (connection) => await connection.end()))
  }
}
