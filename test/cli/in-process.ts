/** One command in this process, as `main` runs it, with ports of a test in the place of those of the wiring. */
import { join } from 'node:path'
import { type Command, CommanderError } from 'commander'
import type { MemoryKafka } from '../../src/adapters/memory/memory-kafka.ts'
import type { Shell } from '../../src/cli/command.ts'
import { buildProgram, main } from '../../src/cli/main.ts'
import { type Environment, wire, type Wiring } from '../../src/wiring.ts'

export const repository = join(import.meta.dirname, '..', '..')

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Surroundings {
  /** The benchmark's project unless another is named. */
  readonly folder?: string
  readonly environment?: Environment
  readonly interrupted?: AbortSignal
  /** What stands in for the ports of the project in that folder. */
  readonly ports?: (wiring: Wiring) => Partial<Omit<Wiring, 'kafka'>> & { readonly kafka?: MemoryKafka }
  /** What a person at the terminal answers; absent: there is nobody. */
  readonly confirm?: Shell['confirm']
  readonly watch?: Shell['watch']
  /** Called with what stdout has got so far. */
  readonly onOut?: (out: string) => void
}

export async function falsework(parameters: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const said = { out: '', err: '' }
  const code = await main(parameters, shellOf(surroundings, said))
  return { code, ...said }
}

/** What the parser of `falsework` has against it; null: it is understood. Nothing is run. */
export async function refusalOf(parameters: readonly string[]): Promise<string | null> {
  const program = withoutActions(buildProgram(shellOf({}, { out: '', err: '' }), 'table'))
  try {
    await program.parseAsync([...parameters], { from: 'user' })
    return null
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? null : error.message
  }
}

function withoutActions(command: Command): Command {
  // Whoever groups others has none, and is a mistake of usage by itself.
  if (command.commands.length === 0) command.action(() => undefined)
  for (const one of command.commands) withoutActions(one)
  return command
}

function shellOf(surroundings: Surroundings, said: { out: string; err: string }): Shell {
  const { folder, environment, interrupted, ports, confirm, watch, onOut } = surroundings
  return {
    environment: environment ?? {},
    workingFolder: folder ?? join(repository, 'bench', 'project'),
    interrupted: interrupted ?? new AbortController().signal,
    wire: (options) => {
      const wired = wire(options)
      return { ...wired, ...ports?.(wired) }
    },
    exit: 0,
    ...(confirm === undefined ? {} : { confirm }),
    ...(watch === undefined ? {} : { watch }),
    streams: {
      out: (text) => {
        said.out += text
        onOut?.(said.out)
      },
      err: (text) => (said.err += text),
      colour: 'off',
      progress: 'lines',
    },
  }
}
