import type { Command } from 'commander'
import { contractsById, type ReadableEvent, readableEvent } from '../../app/observe/decode-event.ts'
import { eventLines, findEvent, readRegistry, registryWarnings } from '../../app/observe/registered.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printable, toJson } from '../output.ts'
import { wholeNumberOption } from '../whole-number.ts'

interface TailOptions extends CommandOptions {
  readonly fromBeginning?: boolean
  readonly follow: boolean
  readonly limit?: number
}

export function addTail(program: Command, shell: Shell): void {
  withCommonOptions(program.command('tail'))
    .argument('<event>', 'OrderPlaced, of which the newest version is shown, or OrderPlaced.v1')
    .description('events as they become visible, decoded, one a line; as JSON with -o json or jsonl')
    .option('--from-beginning', 'all that is there, first')
    .option('--no-follow', 'end at the end of the topic')
    .addOption(wholeNumberOption('--limit <n>', 'end after so many events', { bounds: [1, Number.MAX_SAFE_INTEGER] }))
    .action(async (name: string, options: TailOptions) => {
      await runCommand(shell, options, async ({ kafka, names }) => {
        const registry = await readRegistry(kafka.openControlLog)
        for (const warning of registryWarnings(registry)) shell.streams.err(`warning: ${warning}\n`)
        const { topic, subject } = findEvent(eventLines(registry, names), name)
        const type = subject.slice(topic.length + 1)
        const contracts = contractsById(registry)
        let left = options.limit ?? Number.POSITIVE_INFINITY
        const from = options.fromBeginning === true || !options.follow ? 'beginning' : 'end'
        const records = kafka.topicReader.read(topic, { from, follow: options.follow, signal: shell.interrupted })
        for await (const record of records) {
          const event = readableEvent(record, contracts)
          // A topic may have events of several types; a tombstone is of every one.
          if (event.type !== type && event.type !== '') continue
          if (event.unread !== null) {
            shell.streams.err(`warning: ${topic}, ${event.partition}:${event.offset}: ${event.unread}\n`)
            if (event.type === '') continue
          }
          shell.streams.out(`${options.output === 'table' ? printable(lineOf(event)) : toJson(event)}\n`)
          left -= 1
          if (left === 0) break
        }
        return exitCode.done
      })
    })
}

function lineOf({ time, type, key, fields }: ReadableEvent): string {
  return type === '' ? `tombstone  ${key ?? ''}` : `${time}  ${type}  ${key ?? ''}  ${toJson(fields)}`
}
