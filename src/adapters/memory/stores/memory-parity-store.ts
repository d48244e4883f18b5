/** Parity stores in memory, which outlive whoever opens and closes them. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { spilledEntryKey } from '../../../core/parity/kept/spilled-entry.ts'
import type { SpilledAggregate, SpilledKey, SpilledMark } from '../../../core/parity/kept/spilled.ts'
import type { OpenParityStore, ParityBatch, ParityStore } from '../../../ports/parity-store.ts'

/** What is left of a store when it is closed. */
interface Held {
  state: Buffer | null
  readonly spilled: Map<string, SpilledAggregate>
  isInUse: boolean
}

/** The disk of one machine. */
export function memoryParityStores(): OpenParityStore {
  const stores = new Map<string, Held>()
  return async (mapping) => {
    const held = stores.get(mapping) ?? { state: null, spilled: new Map<string, SpilledAggregate>(), isInUse: false }
    stores.set(mapping, held)
    if (held.isInUse) throw new FalseworkError('STORE_IN_USE', `another process has the parity store ${mapping}`)
    held.isInUse = true
    return await Promise.resolve(new MemoryParityStore(held))
  }
}

/** Usable until it is closed. */
class MemoryParityStore implements ParityStore {
  private readonly held: Held
  private isClosed = false

  constructor(held: Held) {
    this.held = held
  }

  state(): Buffer | null {
    return this.usable().state
  }

  spilled(key: SpilledKey): SpilledAggregate | null {
    return this.usable().spilled.get(spilledEntryKey(key)) ?? null
  }

  spilledMarks(): Iterable<readonly [string, SpilledMark]> {
    return [...this.usable().spilled.values()]
      .toSorted((a, b) => a.dueMs - b.dueMs)
      .map(({ aggregate, dueMs, pendingSinceMs }) => [aggregate, { dueMs, pendingSinceMs }] as const)
  }

  async write({ state, removed, spilled }: ParityBatch): Promise<void> {
    const held = this.usable()
    held.state = Buffer.from(state)
    for (const key of removed) held.spilled.delete(spilledEntryKey(key))
    for (const one of spilled) held.spilled.set(spilledEntryKey(one), { ...one, bytes: Buffer.from(one.bytes) })
    await Promise.resolve()
  }

  async clear(): Promise<void> {
    const held = this.usable()
    held.state = null
    held.spilled.clear()
    await Promise.resolve()
  }

  async close(): Promise<void> {
    if (!this.isClosed) this.held.isInUse = false
    this.isClosed = true
    await Promise.resolve()
  }

  private usable(): Held {
    if (this.isClosed) throw new FalseworkError('STORE_FAILED', 'the parity store is closed')
    return this.held
  }
}
