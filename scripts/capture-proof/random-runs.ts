/**
 * Histories by seed while a connector captures them in small batches, and is stopped, restarted, or killed with its
 * worker in the middle of each. Several databases side by side, one history after the other.
 */
import { Random } from '../../demo/old-application/plan/random.ts'
import type { Stack } from '../../stack/stack.ts'
import type { Step } from './history.ts'
import type { Verdict } from './judge.ts'
import { type Protection, type ProofConnectors, rawTopicOf } from './proof-connectors.ts'
import type { ProofSource } from './proof-source.ts'
import { ProofTopics } from './proof-topics.ts'

export type Interruption = 'stop' | 'restart' | 'kill'

export interface RandomRun extends Verdict {
  readonly database: string
  readonly seed: number
  readonly interruption: Interruption
}

const stepsPerRun = 25
/** A batch ends in the middle of most transactions. */
const batch = 8
/** After a kill -9 the worker waits for sessions and transactions of its former self to end. */
const waitMsMax = 600_000

/** One database with its connector, and where its raw topic was judged up to. */
interface Site {
  readonly database: ProofSource
  from: number
  position: Verdict['position']
}

/** What differs between the databases. */
export interface RandomKind {
  readonly create: (name: string) => Promise<ProofSource>
  readonly history: (seed: number, length: number) => readonly Step[]
  readonly connectors: ProofConnectors
}

export class RandomRuns {
  private readonly stack: Stack
  private readonly kind: RandomKind
  private readonly sites: readonly Site[]
  private readonly topics: ProofTopics
  private readonly connectors: ProofConnectors

  private constructor(parts: {
    stack: Stack
    sites: readonly Site[]
    topics: ProofTopics
    kind: RandomKind
  }) {
    this.kind = parts.kind
    this.connectors = parts.kind.connectors
    this.stack = parts.stack
    this.sites = parts.sites
    this.topics = parts.topics
  }

  static async start(
    stack: Stack,
    kind: RandomKind,
    options: { readonly name: string; readonly databases: number; readonly protection: Protection },
  ): Promise<RandomRuns> {
    const names = Array.from({ length: options.databases }, (_, number) => `${options.name}_${number}`)
    const topics = await ProofTopics.follow(stack.addresses.brokers, names.map(rawTopicOf))
    const sites: Site[] = []
    // One after the other: each new connector makes the worker rebalance.
    for (const name of names) {
      const database = await kind.create(name)
      const connector = { name, database: name, protection: options.protection, batch, heartbeatMs: 100 }
      await kind.connectors.start(connector, await database.offset())
      sites.push({ database, from: 0, position: null })
    }
    const runs = new RandomRuns({ stack, sites, topics, kind })
    // Until a connector has captured something, an interruption interrupts nothing.
    await Promise.all(sites.map(async (site) => await runs.judged(site)))
    return runs
  }

  /** One history in each database; those of seed `seed` and the next ones. */
  async round(seed: number, interruption: Interruption): Promise<readonly RandomRun[]> {
    const runs = this.sites.map((site, at) => ({
      site,
      seed: seed + at,
      steps: this.kind.history(seed + at, stepsPerRun),
    }))
    const cuts = runs.map((run) => new Random(run.seed).integer(3, run.steps.length - 2))
    await each(runs, async ({ site, steps }, at) => await runSteps(site, steps.slice(0, cuts[at])))
    const interrupted = interruption === 'kill' ? this.killConnect() : null
    await each(runs, async ({ site, steps }, at) => {
      const { name } = site.database
      const rest = steps.slice(cuts[at])
      if (interruption === 'stop') {
        await this.connectors.offsets.stop(name)
        await runSteps(site, rest)
        await this.connectors.offsets.resume(name)
      } else {
        if (interruption === 'restart') await this.connectors.restart(name)
        await runSteps(site, rest)
      }
    })
    await interrupted
    return await Promise.all(
      runs.map(async ({ site, seed: own }) => ({
        ...(await this.judged(site)),
        database: site.database.name,
        seed: own,
        interruption,
      })),
    )
  }

  async close(): Promise<void> {
    const names = this.sites.map(({ database }) => database.name)
    await each(names, async (name) => await this.connectors.remove(name))
    await this.topics.close({ remove: names.map(rawTopicOf) })
    await each(this.sites, async ({ database }) => await database.close())
  }

  private async judged(site: Site): Promise<Verdict> {
    const { database } = site
    const { mark, judge } = await database.milestone()
    const topic = rawTopicOf(database.name)
    const end = await this.topics.untilEnd(topic, mark, { waitMsMax, nudge: async () => await database.mark() })
    if (end === null) throw new Error(`${database.name} captured nothing for ${waitMsMax / 60_000} minutes`)
    const records = this.topics.of(topic)
    const to = end + 1
    const verdict = judge(records.slice(site.from, to), site.position)
    // A nudge behind the mark belongs to nobody's history.
    site.from = to
    site.position = verdict.position
    return verdict
  }

  private async killConnect(): Promise<void> {
    await this.stack.connect.kill('SIGKILL')
    await this.stack.connect.start()
  }
}

async function runSteps({ database }: Site, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await database.run(step)
}

async function each<T>(items: readonly T[], work: (item: T, at: number) => Promise<void>): Promise<void> {
  await Promise.all(items.map(work))
}
