/** A command of falsework, and somebody who takes part in it and is killed in the middle. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Child } from '../../stack/child.ts'
import { StackError } from '../../stack/stack-error.ts'
import { type Runtime } from '../runtime.ts'

const root = join(import.meta.dirname, '..', '..')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Those who can be killed: the command itself, or a child of the stack, which is started again. */
export type Victim =
  | { readonly name: string; readonly child: Child }
  | { readonly name: 'the command'; readonly child: null }

/** Runs a command to its end, as a person would; `victim` is killed without a warning so many ms after it began. */
export async function ranBeside(
  { environment }: Runtime,
  parameters: readonly string[],
  { victim, afterMs }: { readonly victim: Victim | null; readonly afterMs: number },
): Promise<Ran> {
  const command = spawn(process.execPath, ['src/cli/process.ts', ...parameters], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ran = ended(command)
  if (victim !== null) {
    await Promise.race([ran, new Promise((resolve) => setTimeout(resolve, afterMs))])
    if (victim.child === null) command.kill('SIGKILL')
    else {
      await victim.child.kill('SIGKILL')
      await victim.child.start()
    }
  }
  return await ran
}

async function ended(command: ChildProcess): Promise<Ran> {
  if (command.stdout === null || command.stderr === null) throw new StackError('a command says nothing')
  let [out, err] = ['', '']
  command.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  command.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => command.once('close', resolve))
  return { code, out, err }
}
