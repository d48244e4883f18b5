/** Follows the registry log for all sources of the process. */
import { remedyOf } from '../../core/diagnostics/error-codes.ts'
import { emptyRegistry, foldRead, type RegistryState } from '../../core/registry/registry-state.ts'
import { tellUnread, type UnreadRecord } from '../../core/registry/unread-record.ts'
import type { Clock, Log, Metrics } from '../../ports/clock-log-metrics.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'

/** How long one request waits for a record: a connection that has died without a word is noticed after it. */
const maxWaitMs = 5_000
/** A log that cannot be read is looked at again so soon: a registration is waited for by a person. */
const retryMs = 250

interface RegistryFollowerParts {
  readonly open: () => Promise<ControlLog>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

export class RegistryFollower {
  private state: RegistryState = emptyRegistry
  /** Where the log ended as of the last look; `state.end` stays before a record that cannot be read. */
  private logEnd = 0
  private reader: ControlLog | null = null
  private readonly listeners = new Set<() => void>()
  private reading: Promise<void> = Promise.resolve()
  private readonly parts: RegistryFollowerParts

  constructor(parts: RegistryFollowerParts) {
    this.parts = parts
  }

  /** As of the last look. */
  get current(): RegistryState {
    return this.state
  }

  /** Looks now. Raises what the log raises; a record that cannot be read is `unread` of the state. */
  async refresh(): Promise<RegistryState> {
    await this.inTurn(async () => await this.readOn())
    return this.state
  }

  /** Follows until `stop` fires. A log that cannot be read is looked at again; sources go on under what they know. */
  async run(stop: AbortSignal): Promise<void> {
    let failing = false
    let due = true
    while (!stop.aborted) {
      try {
        if (due) await this.refresh()
        due = await this.somethingCame(stop)
        failing = false
      } catch (error) {
        if (!failing) this.parts.log.warn('the registry log cannot be read', { reason: messageOf(error) })
        failing = true
        due = true
        await this.inTurn(async () => await this.forgetReader())
        await this.parts.clock.sleep(retryMs, stop)
      }
    }
    await this.inTurn(async () => await this.forgetReader())
    this.notify()
  }

  /** True, for a look, also when somebody else's look has failed and closed the log. */
  private async somethingCame(ended: AbortSignal): Promise<boolean> {
    const { reader } = this
    if (reader === null) return true
    return (await reader.more(this.logEnd, { maxWaitMs, ended })) === 'arrived'
  }

  private async inTurn(work: () => Promise<void>): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(work)
    await this.reading
  }

  /** Resolves at the next change, or when `ended` fires. */
  async changed(ended: AbortSignal): Promise<void> {
    if (ended.aborted) return
    await new Promise<void>((resolve) => {
      const told = (): void => {
        this.listeners.delete(told)
        ended.removeEventListener('abort', told)
        resolve()
      }
      this.listeners.add(told)
      ended.addEventListener('abort', told, { once: true })
    })
  }

  private async readOn(): Promise<void> {
    try {
      this.reader ??= await this.parts.open()
      const before = this.state
      const read = await this.reader.read(before.end)
      this.logEnd = read.end
      this.state = foldRead(read, before)
      this.tell(before.unread, this.state.unread)
      if (this.state.end > before.end) this.notify()
    } catch (error) {
      await this.forgetReader()
      throw error
    }
  }

  private async forgetReader(): Promise<void> {
    const { reader } = this
    this.reader = null
    await reader?.close().catch(() => undefined)
  }

  private tell(before: UnreadRecord | null, unread: UnreadRecord | null): void {
    const { log, metrics } = this.parts
    metrics.set('registry_unread', {}, unread === null ? 0 : 1)
    if (before?.offset === unread?.offset && before?.code === unread?.code) return
    if (unread === null) {
      log.info('the registry log is read to its end again', { registryOffset: this.state.end })
      return
    }
    const { code, offset } = unread
    log.error('the registry log is in force only up to a record that cannot be read', {
      code,
      reason: tellUnread(unread),
      remedy: remedyOf(code),
      registryOffset: offset,
    })
  }

  private notify(): void {
    for (const told of [...this.listeners]) told()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')
