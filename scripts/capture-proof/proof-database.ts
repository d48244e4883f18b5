/** A database for histories, with the slots from which connectors, and the truth, are read. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openPostgresInspector } from '../../src/adapters/postgres/postgres-inspector.ts'
import type { Table, TableName } from '../../src/core/catalog/catalog.ts'
import type { StackAddresses } from '../../stack/stack.ts'
import type { StoredOffset } from '../../src/core/capture/connector/stored-offset.ts'
import { proofSchema, type Step } from './history.ts'
import { judge } from './judge.ts'
import { offsetAt } from './proof-connectors.ts'
import type { Milestone, ProofSource } from './proof-source.ts'
import { type Truth, truthOf } from './truth.ts'

const truthSlot = (name: string): string => `${name}_truth`

export class ProofDatabase implements ProofSource {
  readonly name: string
  readonly tables: ReadonlyMap<TableName, Table>
  private readonly admin: pg.Pool
  private readonly sessions: readonly pg.Client[]
  private marks = 0

  private constructor(parts: {
    name: string
    tables: ReadonlyMap<TableName, Table>
    admin: pg.Pool
    sessions: readonly pg.Client[]
  }) {
    this.name = parts.name
    this.tables = parts.tables
    this.admin = parts.admin
    this.sessions = parts.sessions
  }

  /** With a slot of the same name for a connector, that nobody has read from yet. */
  static async create(stack: StackAddresses, name: string): Promise<ProofDatabase> {
    const server = await connected(stack, 'postgres')
    await server.query(`CREATE DATABASE ${name}`)
    await server.end()
    const admin = new pg.Pool({ ...stack.postgres, database: name, max: 4 })
    admin.on('error', () => undefined)
    await admin.query(proofSchema)
    await admin.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [name])
    await admin.query(`SELECT pg_create_logical_replication_slot($1, 'test_decoding')`, [truthSlot(name)])
    const inspector = await openPostgresInspector({ ...stack.postgres, database: name })
    const { tables } = await inspector.tables({ source: name, schemas: ['proof'] })
    await inspector.close()
    const sessions = await Promise.all([0, 1, 2].map(async () => await connected(stack, name)))
    return new ProofDatabase({ name, tables, admin, sessions })
  }

  async run({ session, sql }: Step): Promise<void> {
    await this.sessions[session]?.query(sql)
  }

  /** A transaction of its own behind everything else; gives how the id of its END begins. */
  async mark(): Promise<string> {
    this.marks += 1
    const { rows } = await this.admin.query<{ xid: string }>(
      'INSERT INTO proof.rows VALUES ($1, 0) RETURNING pg_current_xact_id()::text AS xid',
      [1_000_000_000 + this.marks],
    )
    return `${rows[0]?.xid ?? ''}:`
  }

  /** What was committed since it was asked last. */
  async truth(): Promise<Truth> {
    const { rows } = await this.admin.query<{ xid: string; data: string }>(
      'SELECT xid::text, data FROM pg_logical_slot_get_changes($1, NULL, NULL)',
      [truthSlot(this.name)],
    )
    return truthOf(rows)
  }

  async milestone(): Promise<Milestone> {
    const mark = await this.mark()
    const truth = await this.truth()
    return { mark, judge: (records, position) => judge(records, truth, { tables: this.tables, position }) }
  }

  async offset(): Promise<StoredOffset['offset']> {
    return offsetAt(await this.slotStart())
  }

  /** Where the connector's slot begins, as bytes of the log. */
  async slotStart(): Promise<number> {
    const { rows } = await this.admin.query<{ lsn: string }>(
      `SELECT (confirmed_flush_lsn - '0/0'::pg_lsn)::text AS lsn FROM pg_replication_slots WHERE slot_name = $1`,
      [this.name],
    )
    return Number(rows[0]?.lsn)
  }

  /** A slot that begins where the connector's first began; advanced, where it is said, as if all before were confirmed. */
  async copySlot(copy: string, confirmed: number | null): Promise<void> {
    await this.admin.query('SELECT pg_copy_logical_replication_slot($1, $2)', [this.name, copy])
    if (confirmed === null) return
    await this.admin.query(`SELECT pg_replication_slot_advance($1, '0/0'::pg_lsn + $2::numeric)`, [copy, confirmed])
  }

  /** Ends its reader, and waits until the server knows it. */
  async dropSlot(name: string): Promise<void> {
    for (;;) {
      const { rows } = await this.admin.query<{ active: boolean }>(
        `SELECT active, CASE
           WHEN NOT active THEN pg_drop_replication_slot(slot_name)::text
           WHEN backend_type = 'walsender' THEN pg_terminate_backend(active_pid)::text
         END
         FROM pg_replication_slots LEFT JOIN pg_stat_activity ON pid = active_pid WHERE slot_name = $1`,
        [name],
      )
      if (rows[0]?.active !== true) return
      await sleep(20)
    }
  }

  async close(): Promise<void> {
    await this.dropSlot(truthSlot(this.name))
    await this.dropSlot(this.name)
    await Promise.all([this.admin, ...this.sessions].map(async (client) => await client.end()))
  }
}

async function connected({ postgres }: StackAddresses, database: string): Promise<pg.Client> {
  const client = new pg.Client({ ...postgres, database })
  // A session that the server ends is reported by its next statement.
  client.on('error', () => undefined)
  await client.connect()
  return client
}
