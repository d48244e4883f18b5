/** A bounded story, as `npm start -- --once` tells it. */
import { spawn } from 'node:child_process'

export interface Told {
  readonly code: number | null
  readonly output: string
}

export async function told(parameters: readonly string[]): Promise<Told> {
  const child = spawn(process.execPath, ['demo/start.ts', '--once', ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}
