/**
 * `npm run capture-proof -- [--points N] [--runs N] [--seed N]`: whether the connector loses rows when it dies, with and
 * without falsework's transformation; on the real stack, by what PostgreSQL itself says was committed. Exit 1 when a
 * protected connector lost a row, or when a bare one lost none: then the proof would not see losses.
 */
import { parseArgs } from 'node:util'
import { startStack } from '../stack/stack.ts'
import { type CrashPoint, crashPoints } from './capture-proof/crash-points.ts'
import { history, storySteps } from './capture-proof/history.ts'
import type { Protection } from './capture-proof/proof-connectors.ts'
import { type Summary, summarize, summaryLine } from './capture-proof/summary.ts'

const { values } = parseArgs({
  options: {
    bare: { type: 'string', default: '50' },
    points: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const historyLength = 40

const stack = await startStack({
  stateFolder: '.falsework/capture-proof',
  state: 'fresh',
  onProgress: (line) => process.stderr.write(`${line}\n`),
})
try {
  const bare = await manyCrashPoints('bare', Number(values.bare))
  const guarded = await manyCrashPoints('protected', Number(values.points))
  say(summaryLine('crash points, bare', bare))
  say(summaryLine('crash points, protected', guarded))
  if (guarded.lostRows + guarded.wrong + guarded.stopped > 0 || bare.lostRows === 0) process.exitCode = 1
} finally {
  await stack.stop()
}

/** The story first, then histories by seed, until there are enough. */
async function manyCrashPoints(protection: Protection, wanted: number): Promise<Summary> {
  const points: CrashPoint[] = []
  for (let number = 0; points.length < wanted; number++) {
    const seed = Number(values.seed) + number
    const steps = number === 0 ? storySteps : history(seed, historyLength)
    const name = `${protection}_${number}`
    const heartbeatMs = number % 3 === 2 ? 1 : 0
    const found = await crashPoints(stack.addresses, { name, steps, protection, heartbeatMs })
    say(summaryLine(`${name}, heartbeats ${heartbeatMs} ms`, summarize(found)))
    if (protection === 'protected') for (const point of found) if (point.assembler !== 'right') say(pointLine(point))
    points.push(...found)
  }
  return summarize(points)
}

function pointLine({ sent, slot, lost, assembler, offset, ended }: CrashPoint): string {
  const end = ended ? '' : ', not ended'
  return `  after ${sent} records, slot ${slot}: lost ${lost}, assembler ${assembler}${end}; ${JSON.stringify(offset)}`
}
