/** `npm run bench -- w1|w10`: starts Kafka and a registry, runs one workload, prints it and writes it as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startStack } from '../stack/stack.ts'
import { benchKafka } from './bench-kafka.ts'
import { type Round, w1, type W1Result } from './w1.ts'
import { w10, type W10Result } from './w10.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    changes: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '20' },
  },
})

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const [workload] = positionals
if (workload !== 'w1' && workload !== 'w10') {
  process.stderr.write('npm run bench -- w1 [--changes 200000] [--rounds 5] | w10 [--rate 2000] [--seconds 20]\n')
  process.exitCode = 64
} else {
  const stack = await startStack({
    stateFolder: '.falsework/bench',
    state: 'fresh',
    components: 'kafka and registry',
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  const kafka = benchKafka(stack.addresses.brokers)
  try {
    const result =
      workload === 'w1'
        ? printW1(
            await w1(stack.addresses, kafka, { changes: Number(values.changes), rounds: Number(values.rounds), say }),
          )
        : printW10(
            await w10(stack.addresses, kafka, { rate: Number(values.rate), seconds: Number(values.seconds), say }),
          )
    const folder = join('bench', 'results')
    mkdirSync(folder, { recursive: true })
    const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version }
    const file = join(folder, `${workload}-${new Date().toISOString().replaceAll(':', '')}.json`)
    writeFileSync(file, JSON.stringify({ workload, machine, result }, null, 2))
    say(`written to ${file}`)
  } finally {
    await kafka.close()
    await stack.stop()
  }
}

function printW1(result: W1Result): W1Result {
  const medians = result.peers.map(({ name, rounds }) => {
    const of = (pick: (round: Round) => number): number => median(rounds.map(pick))
    const cpu = of(({ eventsPerCpuSecond }) => eventsPerCpuSecond)
    say(
      `${name}: ${Math.round(cpu)} events per CPU-second, peak RSS ${Math.round(of(({ peakRssMb }) => peakRssMb))} MB (median of ${rounds.length})`,
    )
    return cpu
  })
  const [ours = 0, theirs = 1] = medians
  say(
    `w1: ${(ours / theirs).toFixed(2)} times the hand-written handler, ${result.changes} changes, both outputs counted per key`,
  )
  return result
}

function printW10(result: W10Result): W10Result {
  for (const { name, p50Ms, p99Ms } of result.peers) {
    say(`${name}: change to visible event p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`)
  }
  return result
}

function median(values_: readonly number[]): number {
  const sorted = values_.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
