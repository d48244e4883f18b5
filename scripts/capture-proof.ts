/**
 * `npm run capture-proof -- [--database postgres|mariadb] [--points N] [--runs N] [--bare N] [--seed N]`: whether a
 * connector loses rows when it is stopped, restarted or dies, with and without falsework's transformation; on the real
 * stack, by what PostgreSQL itself says was committed, or by what the rows of MariaDB are. Exit 1 when a protected connector lost a row or was read wrongly, or when a bare one lost none: then
 * the proof would not see losses.
 */
import { parseArgs } from 'node:util'
import { startStack } from '../stack/stack.ts'
import { crashPoints } from './capture-proof/crash-points.ts'
import { history, type Step, storySteps } from './capture-proof/history.ts'
import type { Verdict } from './capture-proof/judge.ts'
import { ProofConnectors, type Protection } from './capture-proof/proof-connectors.ts'
import { mariadbCrashPoints, proofConnectors } from './capture-proof/mariadb/mariadb-crash-points.ts'
import { MariadbDatabase } from './capture-proof/mariadb/mariadb-database.ts'
import { mariadbHistory, mariadbStory } from './capture-proof/mariadb/mariadb-history.ts'
import { ProofDatabase } from './capture-proof/proof-database.ts'
import { type Interruption, type RandomKind, type RandomRun, RandomRuns } from './capture-proof/random-runs.ts'
import { isSound, summarize, summaryLine } from './capture-proof/summary.ts'

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'postgres' },
    points: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '500' },
    bare: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
const firstSeed = Number(values.seed)
const historyLength = 40
const databases = 8
/** A kill takes the worker ten seconds to come back from; the others take two. */
const interruptions: readonly Interruption[] = ['restart', 'stop', 'restart', 'stop', 'restart', 'kill']

interface Proven {
  readonly story: readonly Step[]
  readonly history: (seed: number, length: number) => readonly Step[]
  readonly crashPoints: (run: {
    readonly name: string
    readonly steps: readonly Step[]
    readonly protection: Protection
    readonly heartbeatMs: number
  }) => Promise<readonly Verdict[]>
  readonly random: RandomKind
}

const stack = await startStack({
  stateFolder: '.falsework/capture-proof',
  state: 'fresh',
  // Statements of several rows make several events of the binlog, as large ones do.
  mariadb: ['--binlog-row-event-max-size=256'],
  onProgress: (line) => process.stderr.write(`${line}\n`),
})
const database = values.database === 'mariadb' ? onMariadb() : onPostgres()
try {
  const bare = summarize(await manyCrashPoints('bare', Number(values.bare)))
  const guarded = summarize(await manyCrashPoints('protected', Number(values.points)))
  const random = summarize(await manyRuns(Number(values.runs)))
  say(summaryLine('crash points, bare', bare))
  say(summaryLine('crash points, protected', guarded))
  say(summaryLine('random runs, protected', random))
  // The assembler notices what MariaDB's connector does: it is numbered anew.
  const seesLosses = Number(values.bare) === 0 || bare.lostRows > 0 || bare.stopped > 0
  if (!isSound(guarded) || !isSound(random) || !seesLosses) process.exitCode = 1
} finally {
  await stack.stop()
}

function onPostgres(): Proven {
  const { addresses } = stack
  return {
    story: storySteps,
    history,
    crashPoints: async (run) => await crashPoints(addresses, run),
    random: {
      history,
      create: async (name) => await ProofDatabase.create(addresses, name),
      connectors: new ProofConnectors(addresses),
    },
  }
}

function onMariadb(): Proven {
  const { addresses } = stack
  const server = addresses.mariadb
  if (server === null) throw new Error('there is no MariaDB server on this machine')
  return {
    story: mariadbStory,
    history: mariadbHistory,
    crashPoints: async (run) => await mariadbCrashPoints(addresses, server, run),
    random: {
      history: mariadbHistory,
      create: async (name) => await MariadbDatabase.create(server, name),
      connectors: proofConnectors(addresses, server),
    },
  }
}

/** The story first, then histories by seed, until there are enough; every third with heartbeats inside of commits. */
async function manyCrashPoints(protection: Protection, wanted: number): Promise<readonly Verdict[]> {
  const points: Verdict[] = []
  for (let number = 0; points.length < wanted; number++) {
    const steps = number === 0 ? database.story : database.history(firstSeed + number, historyLength)
    const name = `${protection}_${number}`
    const heartbeatMs = number % 3 === 2 ? 1 : 0
    const found = await database.crashPoints({ name, steps, protection, heartbeatMs })
    say(summaryLine(`${name}, heartbeats ${heartbeatMs} ms`, summarize(found)))
    const faults = found.filter(({ assembler }) => assembler !== 'right')
    if (protection === 'protected') for (const point of faults) say(`  ${JSON.stringify(point)}`)
    points.push(...found)
  }
  return points
}

async function manyRuns(wanted: number): Promise<readonly RandomRun[]> {
  if (wanted === 0) return []
  const runs: RandomRun[] = []
  const site = await RandomRuns.start(stack, database.random, { name: 'random', databases, protection: 'protected' })
  for (let round = 0; runs.length < wanted; round++) {
    const interruption = interruptions[round % interruptions.length] ?? 'restart'
    const found = await site.round(firstSeed + round * databases, interruption)
    say(summaryLine(`round ${round}, ${interruption}`, summarize(found)))
    for (const run of found.filter(({ assembler }) => assembler !== 'right')) say(`  ${JSON.stringify(run)}`)
    runs.push(...found)
  }
  await site.close()
  return runs
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
