/** A process of a command: whatever it asks of the world takes a while, and it may die before or behind any answer. */
import type { Random } from '../../../../demo/old-application/plan/random.ts'
import type { Clock } from '../../../../src/ports/clock-log-metrics.ts'

type Method = (...given: readonly unknown[]) => unknown

export class Mortal {
  private readonly clock: Clock
  private readonly random: Random
  private readonly share: number
  private isDead = false
  private tell: () => void = () => undefined
  readonly died = new Promise<'died'>((resolve) => (this.tell = () => resolve('died')))

  /** `share`: of its calls, those at which it dies. */
  constructor(clock: Clock, random: Random, share: number) {
    this.clock = clock
    this.random = random
    this.share = share
  }

  async call<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const fate = this.random.chance(this.share) ? this.random.pick(['before', 'behind']) : 'lives'
    await this.clock.sleep(this.random.integer(0, 12))
    if (fate === 'before') this.die()
    await this.alive()
    try {
      return await ask()
    } finally {
      if (fate === 'behind') this.die()
      await this.clock.sleep(this.random.integer(0, 12))
      await this.alive()
    }
  }

  /** The port, each of whose named calls may be the last one. */
  of<Port extends object>(port: Port, calls: readonly (keyof Port & string)[]): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        const bound = (method as Method).bind(target)
        if (!calls.some((call) => call === name)) return bound
        return async (...given: readonly unknown[]) => await this.call(async () => await bound(...given))
      },
    })
  }

  private die(): void {
    this.isDead = true
    this.tell()
  }

  private async alive(): Promise<void> {
    if (this.isDead) await new Promise<never>(() => undefined)
  }
}
