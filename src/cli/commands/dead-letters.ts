import { type Command, Option } from 'commander'
import {
  causeOf,
  type DeadLetter,
  findDeadLetter,
  readDeadLetters,
  violationRemedy,
} from '../../app/observe/dead-letters.ts'
import { openLetterWords } from '../../app/observe/open-letter-words.ts'
import type { LetterAction } from '../../core/registry/control-record.ts'
import { exactJson } from '../../core/values/exact-json.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { addExportLetters } from './operate/export-letters.ts'
import { addLetterWords } from './operate/letters.ts'
import { type Column, printableLines, printReading } from '../output.ts'

interface Line extends Omit<DeadLetter, 'content' | 'incomplete' | 'input' | 'incarnation' | 'scopes' | 'records'> {
  /** What an operator has said of it and is not carried out yet; null: nothing. */
  readonly said: LetterAction | null
}

/** Letters with one cause. */
interface CauseLine {
  readonly cause: string
  readonly letters: number
  readonly firstMs: number
  readonly lastMs: number
  /** Id of the last one. */
  readonly example: string
}

const columns: readonly Column<Line>[] = [
  { title: 'ID', text: ({ id }) => id.slice(0, 13) },
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'AT', text: ({ at }) => at },
  { title: 'CLASS', text: (letter) => letter.class },
  { title: 'PLACE', text: ({ place }) => place },
  { title: 'RAW', text: ({ raw }) => `${raw.from}-${raw.to}` },
  { title: 'WRITTEN', text: ({ writtenAtMs }) => timeText(writtenAtMs) },
  { title: 'SAID', text: ({ said }) => said ?? '-' },
]

const causeColumns: readonly Column<CauseLine>[] = [
  { title: 'CAUSE', text: ({ cause }) => cause },
  { title: 'COUNT', align: 'right', text: ({ letters }) => String(letters) },
  { title: 'FIRST', text: ({ firstMs }) => timeText(firstMs) },
  { title: 'LAST', text: ({ lastMs }) => timeText(lastMs) },
  { title: 'EXAMPLE', text: ({ example }) => example.slice(0, 13) },
]

const timeText = (ms: number): string => new Date(ms).toISOString()

function withoutContent(letter: DeadLetter, words: ReadonlyMap<string, LetterAction>): Line {
  const { id, source, mapping, rule, at, place, transaction, raw, writtenAtMs } = letter
  const said = words.get(id) ?? null
  return { id, source, mapping, rule, class: letter.class, at, place, transaction, raw, writtenAtMs, said }
}

/** The most frequent first. */
function byCause(letters: readonly DeadLetter[]): readonly CauseLine[] {
  const lines = [...Map.groupBy(letters, causeOf)].map(([cause, own]) => ({
    cause,
    letters: own.length,
    firstMs: own[0]?.writtenAtMs ?? 0,
    lastMs: own.at(-1)?.writtenAtMs ?? 0,
    example: own.at(-1)?.id ?? '',
  }))
  return lines.toSorted((a, b) => b.letters - a.letters)
}

/** What is there of an incomplete letter is shown all the same. */
const warningOf = ({ id, incomplete }: DeadLetter): string[] =>
  incomplete === null ? [] : [`dead letter ${id} is incomplete: ${incomplete}`]

const remedies = (letters: readonly DeadLetter[]): string[] =>
  letters.some((letter) => letter.class === 'violation') ? [`of those of class violation: ${violationRemedy}`] : []

interface ListOptions extends CommandOptions {
  readonly groupBy?: 'cause'
}

export function addDeadLetters(program: Command, shell: Shell): void {
  const deadLetters = program.command('dead-letters').description('inputs that were set aside')
  addList(deadLetters, shell)
  addShow(deadLetters, shell)
  addLetterWords(deadLetters, shell)
  addExportLetters(deadLetters, shell)
}

function addList(deadLetters: Command, shell: Shell): void {
  withCommonOptions(deadLetters.command('list'))
    .description('those that nobody has decided, oldest first; no row values')
    .addOption(new Option('--group-by <what>', 'one line for each cause').choices(['cause']))
    .action(async (options: ListOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const { letters, foreign } = await readDeadLetters(kafka.topicReader, names.deadLetters)
        const warnings = [
          ...letters.flatMap(warningOf),
          ...remedies(letters),
          ...foreign.map(({ partition, offset, reason }) => {
            return `the record at ${partition}:${offset} of ${names.deadLetters} is no dead letter: ${reason}`
          }),
        ]
        const nextSteps = letters.length === 0 ? [] : ['falsework dead-letters show ID']
        const common = { empty: 'no dead letters', warnings, nextSteps }
        if (options.groupBy === 'cause') {
          const items = byCause(letters)
          const reading = { kind: 'DeadLetterCauses', items, columns: causeColumns, ...common }
          printReading(shell.streams, options.output, reading)
          return exitCode.done
        }
        const { topicReader, openControlLog } = kafka
        const words = await openLetterWords(letters, { names, topicReader, openControlLog })
        const items = letters.map((letter) => withoutContent(letter, words))
        printReading(shell.streams, options.output, { kind: 'DeadLetters', items, columns, ...common })
        return exitCode.done
      })
    })
}

function addShow(deadLetters: Command, shell: Shell): void {
  withCommonOptions(deadLetters.command('show'))
    .argument('<id>', 'a dead letter, by a unique beginning of its id')
    .description('one of them whole, row values included')
    .action(async (id: string, options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const { letters } = await readDeadLetters(kafka.topicReader, names.deadLetters)
        const letter = findDeadLetter(letters, id)
        for (const warning of [...warningOf(letter), ...remedies([letter])])
          shell.streams.err(`warning: ${printableLines(warning)}\n`)
        const json = exactJson(letter.content, options.output === 'jsonl' ? undefined : 2)
        shell.streams.out(`${printableLines(json)}\n`)
        return exitCode.done
      })
    })
}
