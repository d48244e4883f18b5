/** What an operator says of dead letters: `retry` and `discard`. */
import { type Command, Option } from 'commander'
import { decideLetters, type SaidLetter, type WantedLetters } from '../../../app/operate/decide-letters.ts'
import { tryLetters } from '../../../app/operate/try-letters.ts'
import type { LetterAction } from '../../../core/registry/control-record.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { type ExitCode, exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'
import { triedColumns, triedSummary } from '../../readings/letters-reading.ts'
import { controlLogParts, reasonOption } from './operator-words.ts'

interface LettersOptions extends CommandOptions {
  readonly class?: string
  readonly mapping?: string
  readonly cause?: string
  readonly dryRun?: boolean
  readonly reason?: string
}

const columns: readonly Column<SaidLetter>[] = [
  { title: 'ID', text: ({ id }) => id.slice(0, 13) },
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'AT', text: ({ at }) => at },
  { title: 'CLASS', text: (letter) => letter.class },
  { title: '', text: ({ outcome }) => outcome },
]

export function addLetterWords(deadLetters: Command, shell: Shell): void {
  withLetters(deadLetters.command('retry'), shell, 'retry')
    .description('their inputs are translated once more by the revision in force; what fails again stays')
    .addOption(new Option('--reason <text>', 'why: it stands in the registry log for ever').default(''))
  withLetters(deadLetters.command('discard'), shell, 'discard')
    .description('nothing comes of their inputs; what waits behind them goes on')
    .addOption(reasonOption())
}

function withLetters(command: Command, shell: Shell, action: LetterAction): Command {
  return withCommonOptions(command)
    .argument('[ids...]', 'dead letters, by unique beginnings of their ids')
    .option('--class <class>', 'those of a class of failures, as badDate')
    .option('--mapping <mapping>', 'those of a mapping')
    .option('--cause <cause>', 'those of a cause: class and field, as `list --group-by cause` prints it')
    .option('--dry-run', dryRunWords[action])
    .action(async (ids: string[], options: LettersOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { reason = '', dryRun, mapping, cause } = options
        const wanted = { ids, class: options.class, mapping, cause }
        if (action === 'retry' && dryRun === true) return await tried(wanted, wiring, { shell, options })
        const items = await decideLetters(
          { action, reason, wanted, run: dryRun === true ? 'look' : 'say' },
          { ...controlLogParts(wiring), topicReader: wiring.kafka.topicReader, names: wiring.names },
        )
        printReading(shell.streams, options.output, {
          kind: 'LetterWords',
          items,
          columns,
          empty: 'no dead letters',
          warnings: items.flatMap(leftWarning),
          nextSteps: items.some(({ outcome }) => outcome === 'said') ? ['falsework dead-letters list'] : [],
        })
        return exitCode.done
      })
    })
}

const dryRunWords: Readonly<Record<LetterAction, string>> = {
  retry: 'shows what would come of each by the revision in force, and writes nothing',
  discard: 'shows which they are, and writes nothing',
}

const leftWarning = ({ id, reason }: Pick<SaidLetter, 'id' | 'reason'>): readonly string[] =>
  reason === null ? [] : [`dead letter ${id} is left: ${reason}`]

async function tried(
  wanted: WantedLetters,
  { kafka, names, log, keys }: Wiring,
  { shell, options }: { readonly shell: Shell; readonly options: LettersOptions },
): Promise<ExitCode> {
  const { topicReader, topicAdmin, openControlLog } = kafka
  const items = await tryLetters(wanted, { names, topicReader, topicAdmin, openControlLog, log, keys })
  printReading(shell.streams, options.output, {
    kind: 'TriedLetters',
    items,
    columns: triedColumns,
    empty: 'no dead letters',
    warnings: items.flatMap(leftWarning),
  })
  if (items.length > 0) shell.streams.err(`${triedSummary(items)}\n`)
  return exitCode.done
}
