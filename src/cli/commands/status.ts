import type { Command } from 'commander'
import { protectionOf } from '../../app/capture/protection.ts'
import { readRegistry, registryWarnings } from '../../app/observe/registered.ts'
import { sourceStatus, type StatusLine } from '../../app/observe/source-status.ts'
import type { DaemonReport } from '../../http/health-server.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { type Column, printReading } from '../output.ts'
import { connectorName } from '../sources.ts'

interface StatusOptions extends CommandOptions {
  readonly check?: boolean
}

const number = (value: number | null): string => (value === null ? '-' : String(value))

const columns: readonly Column<StatusLine>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'STATE', text: stateText },
  { title: 'POSITION', align: 'right', text: ({ position }) => number(position) },
  { title: 'LAG', align: 'right', text: ({ lag }) => number(lag) },
  { title: 'CAPTURE', text: ({ protection }) => protection.verdict },
  { title: 'SNAPSHOT', text: ({ snapshot }) => snapshot ?? '-' },
  { title: 'EVENTS', align: 'right', text: ({ events }) => number(events) },
  { title: 'DEAD LETTERS', align: 'right', text: ({ deadLetters }) => number(deadLetters) },
  { title: 'MAPPINGS', text: ({ mappings }) => mappings.join(' ') },
]

export function addStatus(program: Command, shell: Shell): void {
  withCommonOptions(program.command('status'))
    .description('source by source: state, position, lag, and why it waits')
    .option('--check', 'exit 2 when anything is degraded')
    .action(async (options: StatusOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { kafka, names, config } = wiring
        const registry = await readRegistry(kafka.openControlLog)
        const daemon = await askDaemon(config.settings.daemonUrl)
        const reports = daemon?.items ?? null
        const trouble = daemon?.daemon.trouble ?? null
        const unread = daemon?.daemon.unread ?? null
        const items = await sourceStatus(registry, {
          names,
          topicReader: kafka.topicReader,
          reports,
          protectionOf: async (source) => await protectionOf(wiring.connectorOffsets, connectorName(wiring, source)),
        })
        const warnings = [
          ...(reports === null ? [`no daemon answers at ${config.settings.daemonUrl}`] : []),
          ...(trouble === null ? [] : [`the daemon waits for Kafka: ${trouble.code}: ${trouble.message}`]),
          ...registryWarnings(registry),
          ...(unread === null ? [] : [`the daemon works as of before a record that it cannot read: ${unread.code}: ${unread.message}`]),
          ...items.flatMap(({ source, protection }) =>
            protection.verdict === 'unprotected' ? [`${source}: ${protection.why}`] : [],
          ),
          ...items.flatMap(({ source, notices }) => notices.map((notice) => `${source}: ${notice}`)),
          ...items.flatMap(({ source, waiting }) =>
            waiting.length === 0 ? [] : [`${source}: registered and not yet in force: ${waiting.join(', ')}`],
          ),
        ]
        const troubled = items.filter(({ code }) => code !== null)
        printReading(shell.streams, options.output, {
          kind: 'SourceStatus',
          items,
          columns,
          empty: 'no source has a mapping: run `falsework register`',
          warnings,
          nextSteps: troubled.map(nextStep),
        })
        const degraded =
          trouble !== null || unread !== null || registry.unread !== null || items.some(({ sound }) => !sound)
        return options.check === true && degraded ? exitCode.degraded : exitCode.done
      })
    })
}

function stateText({ state, code, waitsFor }: StatusLine): string {
  const what = waitsFor === null || code === null ? state : `${state} for ${waitsFor}`
  return code === null ? what : `${what} ${code}`
}

function nextStep({ source, code, reason, remedy, againInMs }: StatusLine): string {
  const again =
    againInMs === null ? '' : `\n      tried again in ${Math.ceil(againInMs / 1000)} s, or when the registry log moves`
  return `${source} ${code ?? ''}: ${reason ?? ''}\n      ${remedy ?? ''}${again}`
}

/** Null when no daemon answers: the logs still say how far it got. */
async function askDaemon(url: string): Promise<DaemonReport | null> {
  try {
    const response = await fetch(new URL('/status', url), { signal: AbortSignal.timeout(2_000), redirect: 'error' })
    return (await response.json()) as DaemonReport
  } catch {
    return null
  }
}
