/** The guard of a PostgreSQL database. Whoever waits for it is a writer of the application: it never waits for long. */
import { setTimeout as sleep } from 'node:timers/promises'
import { tableName } from '../../core/catalog/table-name.ts'
import { postgresNames } from '../../core/catalog/sql-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { FenceOwner, FenceRow } from '../../core/migration/guard/fence.ts'
import { type GuardTrigger, triggerPattern } from '../../core/migration/guard/guard-triggers.ts'
import { fenceTable, type GuardPlace } from '../../core/migration/guard/guard-place.ts'
import { type FenceSession, moveFences, separateFences } from '../../core/migration/guard/sql/move-fences.ts'
import type { GuardedDatabase } from '../../ports/database/guard.ts'
import { connect, type PostgresAddress, type Session } from './connection.ts'

/**
 * Of the time after which the server looks for deadlocks. Whoever gives up before that is never why a session of somebody
 * else is ended: a writer that has been queued behind it began to wait later.
 */
const shareOfDeadlockTimeout = 0.8
const attemptsMax = 8
/** Those who have queued meanwhile go on. */
const pauseMs = 250

interface FenceRowOfTable {
  readonly mapping: string
  readonly scope: string
  readonly owner: FenceOwner
  readonly epoch: string
}

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function openPostgresGuard(address: PostgresAddress, place: GuardPlace): Promise<GuardedDatabase> {
  const session = await connect(address, {})
  await limitWaiting(session)
  const rows = async (): Promise<readonly FenceRow[]> => await fenceRows(session, place)
  const run: FenceSession['run'] = async (statements, areSound) => {
    await patiently(async () => {
      await inOne(session, statements, async () => areSound(await rows()))
    })
  }
  return {
    // One by one: what waits for the lock of a table holds that of no other.
    apply: async (statements) => {
      for (const statement of statements) {
        await patiently(async () => await session.ask(statement, [])).catch((error: unknown) => {
          throw explained(error, address)
        })
      }
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

async function guardTriggers({ ask }: Session): Promise<readonly GuardTrigger[]> {
  const rows = await ask<{ schema: string; table: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgname LIKE $1`,
    [triggerPattern],
  )
  return rows.map(({ schema, table, name }) => ({ table: tableName(schema, table), name }))
}

async function fenceRows({ ask }: Session, place: GuardPlace): Promise<readonly FenceRow[]> {
  const table = postgresNames.quotedTable(fenceTable(place))
  const [there] = await ask<{ table: string | null }>('SELECT to_regclass($1)::text AS table', [table])
  if (there?.table == null) return []
  const rows = await ask<FenceRowOfTable>(
    `SELECT mapping, scope, owner, epoch::text FROM ${table} ORDER BY mapping, scope`,
    [],
  )
  return rows.map(({ scope, epoch, ...row }) => ({ ...row, scope: scope === '' ? null : scope, epoch: Number(epoch) }))
}

/** Under READ COMMITTED, whatever the database begins with: the fence is moved as it is, not as it was. */
async function inOne({ ask }: Session, statements: readonly string[], isSound: () => Promise<boolean>): Promise<void> {
  await ask('BEGIN ISOLATION LEVEL READ COMMITTED', [])
  try {
    for (const statement of statements) await ask(statement, [])
    await ask((await isSound()) ? 'COMMIT' : 'ROLLBACK', [])
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await ask('ROLLBACK', []).catch(() => undefined)
    throw error
  }
}

async function limitWaiting({ ask }: Session): Promise<void> {
  const [timeout] = await ask<{ ms: number }>(
    "SELECT setting::int AS ms FROM pg_settings WHERE name = 'deadlock_timeout'",
    [],
  )
  const lockWaitMs = Math.max(1, Math.floor((timeout?.ms ?? 1_000) * shareOfDeadlockTimeout))
  await ask("SELECT set_config('lock_timeout', $1, false)", [`${lockWaitMs}ms`])
}

/** Again and again for some seconds. Raises `WRITERS_IN_FLIGHT` then. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const told = inFlight(error)
      if (told === error || attempt === attemptsMax) throw told
    }
    await sleep(pauseMs)
  }
}

const stateOf = (error: unknown): unknown =>
  error instanceof FalseworkError && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : null

/** lock_not_available, deadlock_detected. */
const statesOfWaiting: readonly unknown[] = ['55P03', '40P01']

function inFlight(error: unknown): unknown {
  if (!(error instanceof FalseworkError) || !statesOfWaiting.includes(stateOf(error))) return error
  return new FalseworkError('WRITERS_IN_FLIGHT', error.message, { cause: error })
}

function explained(error: unknown, { user }: PostgresAddress): unknown {
  if (!(error instanceof FalseworkError) || error.code !== 'NOT_AUTHORISED') return error
  const needs = 'must own the guarded tables, or be a member of who does, and have CREATE and USAGE on their schema'
  return new FalseworkError('NOT_AUTHORISED', `${error.message}; ${user} ${needs}, or --as names an account that has`, {
    cause: error,
  })
}
