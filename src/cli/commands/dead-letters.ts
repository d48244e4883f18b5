import type { Command } from 'commander'
import { type DeadLetter, findDeadLetter, readDeadLetters } from '../../app/observe/dead-letters.ts'
import { exactJson } from '../../core/values/exact-json.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printableLines, printReading } from '../output.ts'

type Line = Omit<DeadLetter, 'content' | 'incomplete'>

const columns: readonly Column<Line>[] = [
  { title: 'ID', text: ({ id }) => id.slice(0, 13) },
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'AT', text: ({ at }) => at },
  { title: 'CLASS', text: (letter) => letter.class },
  { title: 'PLACE', text: ({ place }) => place },
  { title: 'RAW', text: ({ raw }) => `${raw.from}-${raw.to}` },
  { title: 'WRITTEN', text: ({ writtenAtMs }) => new Date(writtenAtMs).toISOString() },
]

function withoutContent({
  id,
  source,
  mapping,
  rule,
  class: errorClass,
  at,
  place,
  transaction,
  raw,
  writtenAtMs,
}: DeadLetter): Line {
  return { id, source, mapping, rule, class: errorClass, at, place, transaction, raw, writtenAtMs }
}

/** What is there of an incomplete letter is shown all the same. */
const warningOf = ({ id, incomplete }: DeadLetter): string[] =>
  incomplete === null ? [] : [`dead letter ${id} is incomplete: ${incomplete}`]

export function addDeadLetters(program: Command, shell: Shell): void {
  const deadLetters = program.command('dead-letters').description('inputs that were set aside')
  withCommonOptions(deadLetters.command('list'))
    .description('those that nobody has decided, oldest first; no row values')
    .action(async (options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const { letters, foreign } = await readDeadLetters(kafka.topicReader, names.deadLetters)
        const warnings = [
          ...letters.flatMap(warningOf),
          ...foreign.map(({ partition, offset, reason }) => {
            return `the record at ${partition}:${offset} of ${names.deadLetters} is no dead letter: ${reason}`
          }),
        ]
        const items = letters.map(withoutContent)
        const nextSteps = items.length === 0 ? [] : ['falsework dead-letters show ID']
        const empty = 'no dead letters'
        printReading(shell.streams, options.output, { kind: 'DeadLetters', items, columns, empty, warnings, nextSteps })
        return exitCode.done
      })
    })
  withCommonOptions(deadLetters.command('show'))
    .argument('<id>', 'a dead letter, by a unique beginning of its id')
    .description('one of them whole, row values included')
    .action(async (id: string, options: CommandOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const { letters } = await readDeadLetters(kafka.topicReader, names.deadLetters)
        const letter = findDeadLetter(letters, id)
        for (const warning of warningOf(letter)) shell.streams.err(`warning: ${printableLines(warning)}\n`)
        const json = exactJson(letter.content, options.output === 'jsonl' ? undefined : 2)
        shell.streams.out(`${printableLines(json)}\n`)
        return exitCode.done
      })
    })
}
