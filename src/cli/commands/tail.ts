import type { Command } from 'commander'
import { contractsById, readableEvent } from '../../app/observe/decode-event.ts'
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
    .argument('<event>', 'OrderPlaced, or OrderPlaced.v1')
    .description('events as they become visible, decoded; JSON lines unless -o table')
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
          if (event.type !== type) continue
          if (options.output === 'table') {
            const line = `${event.time}  ${event.type}  ${event.key ?? ''}  ${toJson(event.fields)}`
            shell.streams.out(`${printable(line)}\n`)
          } else shell.streams.out(`${toJson(event)}\n`)
          left -= 1
          if (left === 0) break
        }
        return exitCode.done
      })
    })
}
