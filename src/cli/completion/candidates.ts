/** What can stand at the last word of a command line: commands, options, their values, and names of the project. */
import type { Command, Option } from 'commander'

/** Names that arguments stand for, by the name of the argument. */
export type ProjectNames = Readonly<Record<string, readonly string[]>>

/**
 * `words` are those behind the program's name; the last is what has been typed of the word at hand, and may be empty.
 * `names` are asked for only where one can stand.
 */
export async function candidates(
  program: Command,
  words: readonly string[],
  names: () => Promise<ProjectNames>,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? ''
  const { command, before } = commandOf(program, words.slice(0, -1))
  const beginning = (all: readonly string[]): readonly string[] =>
    [...new Set(all)].filter((one) => one.startsWith(typed)).toSorted()
  const asked = optionsOf(program, command).find(
    ({ short, long }) => before !== undefined && [short, long].includes(before),
  )
  if (asked !== undefined && takesValue(asked)) return beginning(asked.argChoices ?? [])
  if (typed.startsWith('-')) {
    return beginning(optionsOf(program, command).flatMap(({ long, short }) => [long ?? short ?? '']))
  }
  const [argument] = command.registeredArguments
  if (argument?.argChoices !== undefined) return beginning(argument.argChoices)
  if (command.commands.length > 0) return beginning(command.commands.map((one) => one.name()))
  return argument === undefined ? [] : beginning((await names())[argument.name()] ?? [])
}

/** The command that the words have come to, and the last of them. */
function commandOf(program: Command, words: readonly string[]): { command: Command; before: string | undefined } {
  let command = program
  for (const word of words) command = command.commands.find((one) => one.name() === word) ?? command
  return { command, before: words.at(-1) }
}

const optionsOf = (program: Command, command: Command): readonly Option[] =>
  command === program ? program.options : [...command.options, ...program.options]

const takesValue = ({ required, optional }: Option): boolean => required || optional
