/** The process around the command line: streams, signals, exit code. */
import { main } from './main.ts'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort())
}
process.exitCode = await main(process.argv.slice(2), {
  environment: process.env,
  workingFolder: process.cwd(),
  interrupted: interrupted.signal,
  exit: 0,
  streams: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? 'on' : 'off',
  },
})
