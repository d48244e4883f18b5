/** A legacy database whose fence stands in memory, and whose history comes through the raw log as a connector writes it. */
import { MemoryConnect } from '../../../src/adapters/connect/memory-connect.ts'
import { type MemoryFence, memoryFence, memoryGuard } from '../../../src/adapters/memory/database/memory-guard.ts'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import type { CaptureFacts } from '../../../src/core/capture/connector/capture-findings.ts'
import { FalseworkError } from '../../../src/core/diagnostics/falsework-error.ts'
import type { FenceMove, FenceRow } from '../../../src/core/migration/guard/fence.ts'
import type { GuardedDatabase } from '../../../src/ports/database/guard.ts'
import { benchProject, fillRawLog, type Installation, installation } from '../../app/bench-project.ts'
import { reached, type RunningDaemon, start } from '../../app/translate/running-daemon.ts'
import { fillFences, fillSynced, say, scoped } from '../../app/translate/said-stages.ts'
import { falsework, type Ran } from '../in-process.ts'

export const nativeId = 'falsework.native.order-changed.1'
const migration = `migration: orders
format: 1
mapping: order-changed
topics: {bridge: order-changes.v1, native: native.order-changes.v1}
gates: {lagSecondsMax: 86400}
native: {transactionalIds: [${nativeId}]}
`

/** What stands before a handover in this shop, which compares nothing. */
const compared = ['parity', 'days', 'events', 'pending', 'partitions', 'rehearsed']
export const waived = [
  ...compared.flatMap((gate) => ['--waive', gate]),
  '--reason',
  'the night is ours',
  '--watch',
  '0',
]

export class FencedShop {
  readonly bench: Installation = installation()
  readonly fence: MemoryFence = memoryFence()
  readonly connect = new MemoryConnect()
  published: readonly string[] = ['public.falsework_fence', 'public.falsework_sync']
  /** null: the connector's account, which alone may replicate. */
  publicationOwner: string | null = null
  /** Of the next source transaction. */
  private number = 0

  /** Registered, in parity, and guarded. */
  static async inParity(service: 'has opened its id' | 'is unknown' = 'has opened its id'): Promise<FencedShop> {
    const shop = new FencedShop()
    const project = await benchProject(scoped)
    const migrations = [{ path: 'migrations/orders.yaml', text: migration }]
    await shop.write(5)
    await shop.bench.register({ ...project, texts: { ...project.texts, migrations } }, { stage: 'live' })
    await say(shop.bench, { to: 'parity', epoch: 1, seen: { owner: 'legacy', epoch: 1 } })
    if (service === 'has opened its id') shop.bench.kafka.cluster.openProducer(nativeId)
    await shop.migrate('guard', 'order-changed', '--apply')
    return shop
  }

  /** Another mapping of the same source and table, which is live. */
  async registerAnother(edit: (mapping: string) => string = scoped): Promise<void> {
    const project = await benchProject(edit)
    const mappings = project.texts.mappings.map(({ path, text }) => ({
      path: path.replace('order-changed', 'order-told'),
      text: text.replace('mapping: order-changed', 'mapping: order-told'),
    }))
    await this.bench.register({ ...project, texts: { ...project.texts, mappings } })
  }

  /** So many source transactions of ten rows. */
  async write(transactions: number): Promise<void> {
    await fillRawLog(this.bench, this.number, this.number + transactions)
    this.number += transactions
  }

  /** So many source transactions of nine rows, each marked as one of the reverse sync in that epoch. */
  bringBack(transactions: number, epoch: number): void {
    for (let more = transactions; more > 0; more--) {
      fillSynced(this.bench, this.number, epoch)
      this.number += 1
    }
  }

  async migrate(...parameters: string[]): Promise<Ran> {
    return await this.run(['migrate', ...parameters])
  }

  /** `folder`: of a project, if it is not the benchmark's. */
  async run(parameters: readonly string[], folder?: string): Promise<Ran> {
    return await falsework(parameters, {
      ...(folder !== undefined && { folder }),
      ports: () => ({
        kafka: this.bench.kafka,
        schemaRegistry: this.bench.schemaRegistry,
        actor: 'ana',
        connectorAdmin: this.connect,
        connectorOffsets: this.connect,
        openGuard: async ({ account }) => await Promise.resolve(this.guard(account?.user ?? null)),
        openInspector: async () =>
          await Promise.resolve({
            tables: async () => await Promise.reject(new Error('nobody asks')),
            capture: async () => await Promise.resolve(this.facts()),
            slotPosition: () => Promise.reject(new Error('nobody asks')),
            sample: () => Promise.reject(new Error('nobody asks')),
            close: async () => {
              await Promise.resolve()
            },
          }),
      }),
    })
  }

  /** As anybody may who has the right to write the row. */
  async moveByHand(move: Omit<FenceMove, 'mapping'>): Promise<void> {
    await this.guard().moveFences([{ mapping: 'order-changed', ...move }])
  }

  rows(): readonly string[] {
    return [...this.fence.rows.values()].map(
      ({ scope, owner, epoch }: FenceRow) => `${scope ?? 'all'} ${owner} ${epoch}`,
    )
  }

  /** With a daemon at work until the end. */
  async translated<Result>(work: (running: RunningDaemon) => Promise<Result>): Promise<Result> {
    const { end } = await readRegistry(this.bench.kafka.openControlLog)
    const running = start(this.bench)
    await reached(running.daemon, ({ registryOffset, state }) => registryOffset >= end && state.phase === 'running')
    try {
      return await work(running)
    } finally {
      await running.stop()
    }
  }

  private guard(user: string | null = null): GuardedDatabase {
    const guard = memoryGuard(this.fence)
    return {
      ...guard,
      apply: async (statements) => {
        const isOthers = (sql: string): boolean =>
          (sql.includes('PUBLICATION') && user !== this.publicationOwner) ||
          (sql.includes('replication_slot') && user !== null)
        if (statements.some(isOthers)) throw new FalseworkError('NOT_AUTHORISED', `${user ?? ''} may not`)
        await guard.apply(statements)
      },
      moveFences: async (moves) => {
        const before = this.fence.moved.length
        const outcome = await guard.moveFences(moves)
        for (const moved of this.fence.moved.slice(before)) {
          const history = moved.map(({ mapping, scope, to, epoch }) => ({ mapping, scope, owner: to, epoch }))
          fillFences(this.bench, this.number, history)
          this.number += 1
        }
        return outcome
      },
    }
  }

  private facts(): CaptureFacts {
    const tables = this.published.map((name) => ({ name }))
    return { kind: 'postgres', publication: { tables } } as unknown as CaptureFacts
  }
}
