/** The guard of MariaDB: each of the statements that put it up is committed by itself, and may be carried out again. */
import { tableName } from '../../core/catalog/table-name.ts'
import { mariadbNames } from '../../core/catalog/sql-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { FenceOwner, FenceRow } from '../../core/migration/guard/fence.ts'
import { type GuardTrigger, triggerPattern } from '../../core/migration/guard/guard-triggers.ts'
import { fenceTable, type GuardPlace } from '../../core/migration/guard/guard-place.ts'
import { type FenceSession, moveFences, separateFences } from '../../core/migration/guard/sql/move-fences.ts'
import type { GuardedDatabase } from '../../ports/database/guard.ts'
import { connect, type MariadbAddress, type Session } from './connection.ts'

/** Writers of the application stand behind who waits. */
const lockWaitS = 5

interface FenceRowOfTable {
  readonly mapping: string
  readonly scope: string
  readonly owner: FenceOwner
  readonly epoch: string
}

/** Raises `DATABASE_UNREACHABLE` and `NOT_AUTHORISED`. */
export async function openMariadbGuard(address: MariadbAddress, place: GuardPlace): Promise<GuardedDatabase> {
  const session = await connect(address, 'writes')
  await session.ask(`SET SESSION lock_wait_timeout = ${lockWaitS}, SESSION innodb_lock_wait_timeout = ${lockWaitS}`, [])
  const rows = async (): Promise<readonly FenceRow[]> => await fenceRows(session, place)
  const run: FenceSession['run'] = async (statements, areSound) => {
    await inOne(session, statements, async () => areSound(await rows()))
  }
  return {
    apply: async (statements) => {
      await inOrder(session, statements).catch((error: unknown) => {
        throw explained(error, address)
      })
    },
    triggers: async () => await guardTriggers(session),
    fenceRows: rows,
    separate: async (apart) => {
      await separateFences({ rows, run }, place, apart)
    },
    moveFences: async (moves) => await moveFences({ rows, run }, place, moves),
    close: session.end,
  }
}

/** An account without TRIGGER on a table sees none of it. */
async function guardTriggers({ ask }: Session): Promise<readonly GuardTrigger[]> {
  const rows = await ask<{ schema: string; table: string; name: string }>(
    'SELECT event_object_schema AS `schema`, event_object_table AS `table`, trigger_name AS name FROM information_schema.triggers WHERE trigger_name LIKE ?',
    [triggerPattern],
  )
  return rows.map(({ schema, table, name }) => ({ table: tableName(schema, table), name }))
}

async function fenceRows({ ask }: Session, place: GuardPlace): Promise<readonly FenceRow[]> {
  const there = await ask<object>(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'falsework_fence'",
    [place.schema],
  )
  if (there.length === 0) return []
  const table = mariadbNames.quotedTable(fenceTable(place))
  const rows = await ask<FenceRowOfTable>(
    `SELECT mapping, scope, owner, CAST(epoch AS char) AS epoch FROM ${table} ORDER BY mapping, scope`,
    [],
  )
  return rows.map(({ mapping, scope, owner, epoch }) => ({
    mapping,
    scope: scope === '' ? null : scope,
    owner,
    epoch: Number(epoch),
  }))
}

async function inOne(session: Session, statements: readonly string[], isSound: () => Promise<boolean>): Promise<void> {
  const { ask } = session
  await ask('START TRANSACTION', [])
  try {
    await inOrder(session, statements)
    await ask((await isSound()) ? 'COMMIT' : 'ROLLBACK', [])
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await ask('ROLLBACK', []).catch(() => undefined)
    throw error
  }
}

async function inOrder({ ask }: Session, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await ask(statement, [])
  } catch (error) {
    throw inFlight(error)
  }
}

const numberOf = (error: FalseworkError): unknown =>
  error.cause instanceof Error && 'errno' in error.cause ? error.cause.errno : null

/** Lock wait timeout, deadlock. */
const errorsOfWaiting: readonly unknown[] = [1205, 1213]
/** With a binary log, who creates a trigger must be trusted. */
const needsSuper = 1419

function inFlight(error: unknown): unknown {
  if (!(error instanceof FalseworkError) || !errorsOfWaiting.includes(numberOf(error))) return error
  return new FalseworkError('WRITERS_IN_FLIGHT', error.message, { cause: error })
}

function explained(error: unknown, { user }: MariadbAddress): unknown {
  if (!(error instanceof FalseworkError)) return error
  if (error.code !== 'NOT_AUTHORISED' && numberOf(error) !== needsSuper) return error
  const needs =
    'needs TRIGGER and SELECT on the guarded tables, CREATE, SELECT, INSERT and UPDATE on falsework_fence, and, where log_bin_trust_function_creators is off, SUPER'
  return new FalseworkError('NOT_AUTHORISED', `${error.message}; ${user} ${needs}, or --as names an account that has`, {
    cause: error,
  })
}
