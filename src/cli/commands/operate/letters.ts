/** What an operator says of dead letters: `retry` and `discard`. */
import { type Command, Option } from 'commander'
import { decideLetters, type SaidLetter } from '../../../app/operate/decide-letters.ts'
import type { LetterAction } from '../../../core/registry/control-record.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { type Column, printReading } from '../../output.ts'
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
    .option('--dry-run', 'shows which they are, and writes nothing')
    .action(async (ids: string[], options: LettersOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { reason = '', dryRun, mapping, cause } = options
        const { topicReader } = wiring.kafka
        const items = await decideLetters(
          {
            action,
            reason,
            wanted: { ids, class: options.class, mapping, cause },
            run: dryRun === true ? 'look' : 'say',
          },
          { ...controlLogParts(wiring), topicReader, names: wiring.names },
        )
        printReading(shell.streams, options.output, {
          kind: 'LetterWords',
          items,
          columns,
          empty: 'no dead letters',
          warnings: items.flatMap(({ id, reason }) =>
            reason === null ? [] : [`dead letter ${id} is left: ${reason}`],
          ),
          nextSteps: items.some(({ outcome }) => outcome === 'said') ? ['falsework dead-letters list'] : [],
        })
        return exitCode.done
      })
    })
}
