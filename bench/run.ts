/** `npm run bench -- WORKLOAD`: starts Kafka and a registry where it needs them, runs it, prints its figures and keeps all of it as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startStack } from '../stack/stack.ts'
import type { BenchOptions, Outcome, Workload } from './bench.ts'
import { benchKafka } from './bench-kafka.ts'
import { leaveMeasuredCore, pinning } from './cores.ts'
import { buildPackage } from './peers.ts'
import { measureExpressions } from './workloads/expressions.ts'
import { measureParity } from './workloads/parity.ts'
import { w1 } from './workloads/w1.ts'
import { w5 } from './workloads/w5.ts'
import { w6 } from './workloads/w6.ts'
import { w10 } from './workloads/w10.ts'
import { w12 } from './workloads/w12.ts'
import { w2 } from './workloads/w2.ts'
import { w3 } from './workloads/w3.ts'
import { w4 } from './workloads/w4.ts'
import { w7 } from './workloads/w7.ts'
import { w7l } from './workloads/w7l.ts'
import { w11 } from './workloads/w11.ts'

const workloads: Readonly<Record<string, Workload>> = {
  w1,
  w2,
  w3,
  w4,
  w5,
  w6,
  w7,
  w7l,
  w10,
  w11,
  w12,
}

/** Workloads that need no broker. */
const alone: Readonly<Record<string, { readonly summary: string; readonly run: () => Outcome }>> = {
  expressions: { summary: 'a predicate and 12 fields, beside the same by hand', run: measureExpressions },
  parity: { summary: 'pairs of events by key and by alignment; RSS with a million that wait', run: measureParity },
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    changes: { type: 'string' },
    rounds: { type: 'string' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
    rows: { type: 'string' },
  },
})

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const [name = ''] = positionals
const [workload, own] = [workloads[name], alone[name]]
if (own !== undefined) {
  const outcome = own.run()
  print(outcome)
  keep({}, outcome)
} else if (workload === undefined) {
  const known = Object.entries({ ...workloads, ...alone }).map(
    ([each, { summary }]) => `  ${each.padEnd(4)} ${summary}\n`,
  )
  process.stderr.write(
    `npm run bench -- WORKLOAD [--changes N] [--rounds N] [--rate N] [--seconds N] [--rows N]\n${known.join('')}`,
  )
  process.exitCode = 64
} else {
  await run(workload, optionsOf(workload))
}

function optionsOf({ defaults }: Workload): BenchOptions {
  const given = Object.entries(values).map(([option, text]) => [option, Number(text)] as const)
  const wrong = given.find(([, number]) => !Number.isSafeInteger(number) || number < 1)
  if (wrong !== undefined) {
    process.stderr.write(`--${wrong[0]} is a whole number from 1 on\n`)
    process.exit(64)
  }
  return { ...defaults, ...Object.fromEntries(given) }
}

async function run(chosen: Workload, options: BenchOptions): Promise<void> {
  leaveMeasuredCore()
  buildPackage()
  const folder = join('.falsework', 'bench')
  const stack = await startStack({
    stateFolder: folder,
    state: 'fresh',
    components: 'kafka and registry',
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  const kafka = benchKafka(stack.addresses.brokers)
  try {
    say(`${name}: ${JSON.stringify(options)}, processes ${pinning}`)
    const outcome = await chosen.run({ addresses: stack.addresses, kafka, folder, options, say })
    print(outcome)
    keep(options, outcome)
  } catch (error) {
    process.stderr.write(`${name} has no figures: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  } finally {
    await kafka.close()
    await stack.stop()
  }
}

function print({ figures }: Outcome): void {
  for (const { name: figure, value, range, wanted } of figures) {
    const notes = [range, wanted === undefined ? undefined : `wanted ${wanted}`].filter((note) => note !== undefined)
    say(`${figure}: ${value.toFixed(value < 100 ? 2 : 0)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`)
  }
}

function keep(options: Partial<BenchOptions>, outcome: Outcome): void {
  const folder = join('bench', 'results')
  mkdirSync(folder, { recursive: true })
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version, pinning }
  const file = join(folder, `${name}-${new Date().toISOString().replaceAll(':', '')}.json`)
  writeFileSync(file, JSON.stringify({ workload: name, machine, options, ...outcome }, null, 2))
  say(`written to ${file}`)
}
