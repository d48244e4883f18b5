/** The process around the command line: streams, signals, exit code. */
import { exitCode } from '../exit-code.ts'
import { main } from '../main.ts'
import { colourOf } from './colour.ts'
import { confirmed } from './confirmed.ts'

/** What hangs is left to the next start, which replays: a process that was told to end always ends. */
const endWithinMs = 30_000
/** A connection that nobody closed must not keep a process alive that is done. */
const lingerMs = 2_000

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(exitCode.interrupted)
    interrupted.abort()
    setTimeout(() => process.exit(exitCode.interrupted), endWithinMs).unref()
  })
}
// Who reads may have seen enough, as `head` has: what follows is for nobody, and nothing more is waited for.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (stream === process.stdout) interrupted.abort()
  })
}
process.exitCode = await main(process.argv.slice(2), {
  environment: process.env,
  workingFolder: process.cwd(),
  interrupted: interrupted.signal,
  exit: 0,
  ...(process.stdin.isTTY ? { confirm: async (question) => await confirmed(question, interrupted.signal) } : {}),
  streams: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: colourOf(process.argv, process.env, process.stdout),
    progress: process.stderr.isTTY && process.env['TERM'] !== 'dumb' ? 'over' : 'lines',
  },
})
setTimeout(() => process.exit(), lingerMs).unref()
