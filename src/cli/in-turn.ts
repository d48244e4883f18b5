/** The same for several sources, one after the other: what was done is told, also when a later one fails. */
import { FalseworkError } from '../core/diagnostics/falsework-error.ts'
import { type CommandOptions, renderError, type Shell } from './command.ts'
import { type ExitCode, exitCode, exitCodeOf } from './exit-code.ts'
import { printReading, type Reading } from './output.ts'

interface Turn<Item> {
  readonly items: readonly Item[]
  /** What ended it; null: all sources had their turn. */
  readonly failure: FalseworkError | null
}

/** Ends at the first failure, and at a signal between two sources; the message names the sources that had no turn. */
export async function inTurn<Item>(
  { interrupted }: Shell,
  sources: readonly string[],
  act: (source: string) => Promise<Item>,
): Promise<Turn<Item>> {
  const items: Item[] = []
  for (const [at, source] of sources.entries()) {
    if (at > 0 && interrupted.aborted) {
      return { items, failure: new FalseworkError('INTERRUPTED', untried(sources.slice(at))) }
    }
    try {
      items.push(await act(source))
    } catch (error) {
      if (!(error instanceof FalseworkError)) throw error
      const left = at + 1 < sources.length ? `; ${untried(sources.slice(at + 1))}` : ''
      return { items, failure: new FalseworkError(error.code, `${source}: ${error.message}${left}`, { cause: error }) }
    }
  }
  return { items, failure: null }
}

export const untried = (sources: readonly string[]): string => `not tried: ${sources.join(', ')}`

/** Prints what was done, then what ended it; gives the exit code. */
export function printTurn<Item>(
  { streams }: Shell,
  { output }: CommandOptions,
  { items, failure }: Turn<Item>,
  reading: Omit<Reading<Item>, 'items'>,
): ExitCode {
  if (items.length > 0 || failure === null) printReading(streams, output, { ...reading, items })
  if (failure === null) return exitCode.done
  streams.err(renderError(failure, output))
  return exitCodeOf(failure.code)
}
