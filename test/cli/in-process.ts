/** One command in this process, as `main` runs it, with ports of a test in the place of those of the wiring. */
import { join } from 'node:path'
import type { MemoryKafka } from '../../src/adapters/memory/memory-kafka.ts'
import type { Shell } from '../../src/cli/command.ts'
import { main } from '../../src/cli/main.ts'
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
  const { folder, environment, interrupted, ports, confirm, watch, onOut } = surroundings
  let [out, err] = ['', '']
  const shell: Shell = {
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
        out += text
        onOut?.(out)
      },
      err: (text) => (err += text),
      colour: 'off',
      progress: 'lines',
    },
  }
  const code = await main(parameters, shell)
  return { code, out, err }
}
