/** Follows the registry log for all sources of the process. */
import { emptyRegistry, fold, type RegistryState } from '../../core/registry/registry-state.ts'
import type { Clock, Log } from '../../ports/clock-log-metrics.ts'
import type { ControlLog } from '../../ports/control-log.ts'

/** A registration is waited for by a person. */
const pollIntervalMs = 250

export class RegistryFollower {
  private state: RegistryState = emptyRegistry
  private reader: ControlLog | null = null
  private readonly listeners = new Set<() => void>()
  private reading: Promise<void> = Promise.resolve()
  private readonly parts: { readonly open: () => Promise<ControlLog>; readonly clock: Clock; readonly log: Log }

  constructor(parts: { readonly open: () => Promise<ControlLog>; readonly clock: Clock; readonly log: Log }) {
    this.parts = parts
  }

  /** As of the last look. */
  get current(): RegistryState {
    return this.state
  }

  /** Looks now. Raises what the log raises, and what a record that cannot be read raises. */
  async refresh(): Promise<RegistryState> {
    this.reading = this.reading.catch(() => undefined).then(async () => await this.readOn())
    await this.reading
    return this.state
  }

  /** Follows until `stop` fires. A log that cannot be read is looked at again; sources go on under what they know. */
  async run(stop: AbortSignal): Promise<void> {
    let failing = false
    while (!stop.aborted) {
      try {
        await this.refresh()
        failing = false
      } catch (error) {
        if (!failing) this.parts.log.warn('the registry log cannot be read', { reason: messageOf(error) })
        failing = true
      }
      await this.parts.clock.sleep(pollIntervalMs, stop)
    }
    await this.reader?.close()
    this.notify()
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
      const { records, end } = await this.reader.read(this.state.end)
      const before = this.state.end
      this.state = { ...fold(records, this.state), end }
      if (end > before) this.notify()
    } catch (error) {
      const reader = this.reader
      this.reader = null
      await reader?.close().catch(() => undefined)
      throw error
    }
  }

  private notify(): void {
    for (const told of [...this.listeners]) told()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')
