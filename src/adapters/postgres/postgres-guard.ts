/** The guard of a PostgreSQL database: its statements are one transaction. */
import { postgresNames } from '../../core/catalog/sql-names.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { FenceOwner, FenceRow } from '../../core/migration/guard/fence.ts'
import { fenceTable, type GuardPlace } from '../../core/migration/guard/guard-place.ts'
import { type FenceSession, moveFences } from '../../core/migration/guard/move-fences.ts'
import type { GuardedDatabase } from '../../ports/guard.ts'
import { connect, type PostgresAddress, type Session } from './connection.ts'

/** Writers of the application stand behind who waits. */
const lockWait = '5s'

interface FenceRowOfTable {
  readonly mapping: string
  readonly scope: string
  readonly owner: FenceOwner
  readonly epoch: string
}

/** Raises `DATABASE_UNREACHABLE`, `NOT_AUTHORISED` and `CONFIG_INVALID`. */
export async function openPostgresGuard(address: PostgresAddress, place: GuardPlace): Promise<GuardedDatabase> {
  const session = await connect(address, { lock_timeout: lockWait })
  const rows = async (): Promise<readonly FenceRow[]> => await fenceRows(session, place)
  const run: FenceSession['run'] = async (statements, areSound) => {
    await inOne(session, statements, async () => areSound(await rows()))
  }
  return {
    apply: async (statements) => {
      await inOne(session, statements).catch((error: unknown) => {
        throw explained(error, address)
      })
    },
    fenceRows: rows,
    moveFences: async (moves) => await moveFences({ rows, run }, place, moves),
    close: session.end,
  }
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
async function inOne(
  { ask }: Session,
  statements: readonly string[],
  isSound = async () => await Promise.resolve(true),
) {
  await ask('BEGIN ISOLATION LEVEL READ COMMITTED', [])
  try {
    for (const statement of statements) await ask(statement, [])
    await ask((await isSound()) ? 'COMMIT' : 'ROLLBACK', [])
  } catch (error) {
    // A session that is gone has rolled back by itself.
    await ask('ROLLBACK', []).catch(() => undefined)
    throw inFlight(error)
  }
}

const stateOf = (error: unknown): unknown =>
  error instanceof FalseworkError && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : null

/** lock_not_available. */
function inFlight(error: unknown): unknown {
  if (!(error instanceof FalseworkError) || stateOf(error) !== '55P03') return error
  return new FalseworkError('WRITERS_IN_FLIGHT', error.message, { cause: error })
}

function explained(error: unknown, { user }: PostgresAddress): unknown {
  if (!(error instanceof FalseworkError) || error.code !== 'NOT_AUTHORISED') return error
  const needs = 'must own the guarded tables, or be a member of who does, and have CREATE and USAGE on their schema'
  return new FalseworkError('NOT_AUTHORISED', `${error.message}; ${user} ${needs}, or --as names an account that has`, {
    cause: error,
  })
}
