/** `npm start`: the local stack, two legacy databases and falsework beside them, with the stream in the terminal. */
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { startStack } from '../stack/stack.ts'
import { StackError } from '../stack/stack-error.ts'
import { addressLines, writeEnvironment } from './environment-file.ts'
import { daemon, falsework, mappingsOf, oldApplications, prepare, type Runtime, sourcesOf } from './runtime.ts'
import { showStream } from './stream-view.ts'
import { storyOf } from './story/stories.ts'
import { crmTopics, shopTopics } from './topics.ts'

const root = join(import.meta.dirname, '..')

const usage = `npm start [-- options]
  --fresh           begin anew instead of resuming
  --once            a bounded story, verified against the legacy databases; exit 1 if anything is wrong
  --story NAME      which story: stream, of falsework alone (default), shadow, of the first half of a migration, or
                    migration, of all of it
  --seed N          with which random numbers (1)
  --rate N          transactions of each old application a second (5; with --once 25, of the other stories 15)
  --transactions N  length of the story for each database (with --once; 400, of the other stories at most 20,000)
  --outage SECONDS  stops Kafka, Connect and the databases for so long each (with --once; 0)`

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    story: { type: 'string', default: 'stream' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string' },
    transactions: { type: 'string' },
    outage: { type: 'string', default: '0' },
  },
})

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
/** Listens from the first moment: a signal during the start must not be missed. */
const interrupted = new Promise<void>((resolve) => {
  stop.signal.addEventListener('abort', () => resolve(), { once: true })
})

if (values.help) process.stdout.write(`${usage}\n`)
else {
  try {
    process.exitCode = values.once ? await runStory() : await runStream()
  } catch (error) {
    if (!(error instanceof StackError)) throw error
    // What breaks because everything is being stopped is no news to whoever stopped it.
    if (stop.signal.aborted) process.exitCode = 130
    else fail(error)
  }
}

function fail({ message }: StackError): void {
  say(`npm start: ${message}`)
  process.exitCode = 1
}

async function runStory(): Promise<number> {
  const told = storyOf(values.story)
  const stateFolder = join(root, '.falsework', 'once')
  const stack = await startStack({ stateFolder, state: 'fresh', onProgress: say, signal: stop.signal })
  try {
    const story = async (): Promise<number> => {
      const runtime = await prepare(stack, { stateFolder, seed: Number(values.seed) })
      const { tell, transactions, rate } = told
      const sound = await tell(runtime, {
        seed: Number(values.seed),
        transactions: Number(values.transactions ?? transactions),
        rate: Number(values.rate ?? rate),
        outageSeconds: Number(values.outage),
        say: (line) => process.stdout.write(`${line}\n`),
      })
      return sound ? 0 : 1
    }
    return await Promise.race([story(), interrupted.then(() => 130)])
  } finally {
    await stack.stop()
  }
}

async function runStream(): Promise<number> {
  const stateFolder = join(root, '.falsework', 'run')
  const state = values.fresh ? 'fresh' : 'resume'
  const stack = await startStack({ stateFolder, state, onProgress: say, signal: stop.signal })
  const begin = async (): Promise<Runtime> => {
    const runtime = await prepare(stack, { stateFolder, seed: Number(values.seed) })
    say('applying the connectors, registering the mappings')
    await falsework(runtime, ['connector', 'apply', ...sourcesOf(runtime)])
    await falsework(runtime, ['register', ...mappingsOf(runtime)])
    await daemon(runtime).start()
    return runtime
  }
  try {
    const runtime = await Promise.race([begin(), interrupted.then(() => null)])
    if (runtime !== null) await watch(runtime)
  } finally {
    say('stopping')
    await stack.stop()
  }
  return 0
}

async function watch(runtime: Runtime): Promise<void> {
  const { totals, finished } = showStream({
    root,
    environment: runtime.environment,
    sources: { shop: shopTopics, ...(runtime.crm !== null && { crm: crmTopics }) },
    width: () => (process.stdout.isTTY ? process.stdout.columns : 160),
    print: (line) => process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${line}\n` : `${line}\n`),
    stop: stop.signal,
  })
  const told = ['--seed', values.seed, '--rate', values.rate ?? '5', '--reconnect', '60']
  const applications = oldApplications(runtime, told)
  for (const application of applications) await application.start()
  for (const line of addressLines(runtime.environment)) say(line)
  const file = relative(process.cwd(), writeEnvironment(runtime.stateFolder, runtime.environment))
  say(`in another terminal: . ${file}; node bin/falsework.mjs status · Ctrl-C stops everything`)
  const totalLine = (): string => `${totals.changes} row changes, ${totals.events} business events`
  const ticker = setInterval(() => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${totalLine()}`)
  }, 500)
  await Promise.race([interrupted, ...applications.map(async ({ exited }) => await exited)])
  clearInterval(ticker)
  stop.abort()
  await finished
  process.stdout.write(`\n${totalLine()}\n`)
}
