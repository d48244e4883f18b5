/** A legacy database in memory that has nothing but a fence: of the statements it carries out those about its rows. */
import { tableName } from '../../../core/catalog/table-name.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import {
  fenceFor,
  type FenceKey,
  type FenceMove,
  type FenceOwner,
  type FenceRow,
  judgeMove,
  judgeMoves,
  storedScope,
} from '../../../core/migration/guard/fence.ts'
import type { GuardTrigger } from '../../../core/migration/guard/guard-triggers.ts'
import type { GuardedDatabase } from '../../../ports/database/guard.ts'

export interface MemoryFence {
  /** By mapping and scope. */
  readonly rows: Map<string, FenceRow>
  /** Everything that was carried out. */
  readonly statements: string[]
  /** Transaction by transaction. */
  readonly moved: (readonly FenceMove[])[]
  /** Whether a writer holds the fence and does not end. */
  writer: 'none' | 'in flight'
}

export const memoryFence = (): MemoryFence => ({ rows: new Map(), statements: [], moved: [], writer: 'none' })

export const memoryGuard = (fence: MemoryFence): GuardedDatabase => ({
  apply: async (statements) => {
    expectNoWriter(fence)
    for (const statement of statements) carryOut(fence, statement)
    await Promise.resolve()
  },
  triggers: async () => await Promise.resolve(standingTriggers(fence)),
  fenceRows: async () => await Promise.resolve(sorted(fence)),
  separate: async (apart) => {
    for (const key of apart) open(fence.rows, key)
    await Promise.resolve()
  },
  moveFences: async (moves) => {
    const rows = [...fence.rows.values()]
    const outcome = judgeMoves(rows, moves)
    if (outcome.kind !== 'moved') return await Promise.resolve(outcome)
    expectNoWriter(fence)
    const moved = moves.filter((move) => judgeMove(fenceFor(rows, move), move).kind === 'moved')
    for (const { mapping, scope, to, epoch } of moved) {
      fence.rows.set(keyOf({ mapping, scope }), { mapping, scope, owner: to, epoch })
    }
    fence.moved.push(moved)
    return await Promise.resolve(outcome)
  },
  close: async () => {
    await Promise.resolve()
  },
})

const sorted = ({ rows }: MemoryFence): readonly FenceRow[] =>
  [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)

const keyOf = ({ mapping, scope }: FenceKey): string => JSON.stringify([mapping, storedScope(scope)])

function expectNoWriter({ writer }: MemoryFence): void {
  if (writer === 'in flight') throw new FalseworkError('WRITERS_IN_FLIGHT', 'a writer of the memory does not end')
}

const made = /^CREATE OR REPLACE TRIGGER "([^"]+)" .* ON "([^"]+)"\."([^"]+)" /
const dropped = /^DROP TRIGGER IF EXISTS "([^"]+)" ON "([^"]+)"\."([^"]+)"/

/** Of what was carried out. */
function standingTriggers({ statements }: MemoryFence): readonly GuardTrigger[] {
  const standing = new Map<string, GuardTrigger>()
  for (const statement of statements) {
    const [, name = '', schema = '', table = ''] = made.exec(statement) ?? dropped.exec(statement) ?? []
    const trigger = { table: tableName(schema, table), name }
    const key = `${trigger.table} ${name}`
    if (made.test(statement)) standing.set(key, trigger)
    else if (dropped.test(statement)) standing.delete(key)
  }
  return [...standing.values()]
}

const text = `'((?:[^']|'')*)'`
const fenceRow = new RegExp(`\\(${text}, ${text}, '(legacy|native)', (\\d+)\\)`, 'g')
const removal = new RegExp(`DELETE FROM .* WHERE mapping = ${text}`)
const meant = (written: string): string => written.replaceAll("''", "'")

function carryOut({ rows, statements }: MemoryFence, statement: string): void {
  statements.push(statement)
  const gone = removal.exec(statement)?.[1]
  for (const [key, { mapping }] of gone === undefined ? [] : rows) if (mapping === meant(gone ?? '')) rows.delete(key)
  if (!statement.startsWith('INSERT')) return
  for (const [, mapping = '', written = '', owner, epoch] of statement.matchAll(fenceRow)) {
    const scope = written === '' ? null : meant(written)
    const row = { mapping: meant(mapping), scope, owner: owner as FenceOwner, epoch: Number(epoch) }
    if (!rows.has(keyOf(row))) rows.set(keyOf(row), row)
  }
}

function open(rows: MemoryFence['rows'], key: FenceKey): void {
  const ofAll = rows.get(keyOf({ ...key, scope: null }))
  if (ofAll !== undefined && !rows.has(keyOf(key))) rows.set(keyOf(key), { ...ofAll, ...key })
}
