/** Starts the stack, prints its addresses as one line of JSON, and runs until it is told to stop. */
import { parseArgs } from 'node:util'
import { startStack } from './stack.ts'

const { values } = parseArgs({
  options: { state: { type: 'string', default: '.falsework/run' }, fresh: { type: 'boolean', default: false } },
})
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
const stack = await startStack({
  stateFolder: values.state,
  state: values.fresh ? 'fresh' : 'resume',
  onProgress: (line) => process.stderr.write(`${line}\n`),
  signal: stop.signal,
})
process.stdout.write(`${JSON.stringify(stack.addresses)}\n`)
// A pending promise alone does not keep a process alive.
const alive = setInterval(() => undefined, 60_000)
if (!stop.signal.aborted) {
  await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }))
}
clearInterval(alive)
await stack.stop()
