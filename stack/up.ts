/** Starts the stack, prints its addresses as one line of JSON, and runs until it is told to stop. */
import { startStack } from './stack.ts'

const [, , stateFolder = '.falsework/run', state = 'resume'] = process.argv
const stack = await startStack({
  stateFolder,
  state: state === '--fresh' ? 'fresh' : 'resume',
  onProgress: (line) => process.stderr.write(`${line}\n`),
})
process.stdout.write(`${JSON.stringify(stack.addresses)}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void stack.stop().then(() => process.exit(0))
  })
}
