/** A legacy database in memory that has nothing but a fence: of the statements it carries out those about its rows. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { type FenceOwner, type FenceRow, judgeMove } from '../../core/migration/guard/fence.ts'
import type { GuardedDatabase } from '../../ports/guard.ts'

export interface MemoryFence {
  /** By mapping and scope. */
  readonly rows: Map<string, FenceRow>
  /** Everything that was carried out. */
  readonly statements: string[]
  /** Whether a writer holds the fence and does not end. */
  writer: 'none' | 'in flight'
}

export const memoryFence = (): MemoryFence => ({ rows: new Map(), statements: [], writer: 'none' })

export const memoryGuard = (fence: MemoryFence): GuardedDatabase => ({
  apply: async (statements) => {
    expectNoWriter(fence)
    for (const statement of statements) carryOut(fence, statement)
    await Promise.resolve()
  },
  fenceRows: async () => await Promise.resolve([...fence.rows.values()]),
  moveFence: async (move) => {
    const { mapping, scope, to, epoch } = move
    const there = fence.rows.get(keyOf(move)) ?? fence.rows.get(keyOf({ mapping, scope: null })) ?? null
    const outcome = judgeMove(there, move)
    if (outcome.kind === 'moved') {
      expectNoWriter(fence)
      fence.rows.set(keyOf(move), { mapping, scope, owner: to, epoch })
    }
    return await Promise.resolve(outcome)
  },
  close: async () => {
    await Promise.resolve()
  },
})

const keyOf = ({ mapping, scope }: Pick<FenceRow, 'mapping' | 'scope'>): string => JSON.stringify([mapping, scope])

function expectNoWriter({ writer }: MemoryFence): void {
  if (writer === 'in flight') throw new FalseworkError('WRITERS_IN_FLIGHT', 'a writer of the memory does not end')
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
