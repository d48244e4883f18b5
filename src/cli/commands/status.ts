import type { Command } from 'commander'
import { protectionOf } from '../../app/capture/protection.ts'
import { readRegistry, registryWarnings } from '../../app/observe/registered.ts'
import { sourceStatus } from '../../app/observe/source-status.ts'
import type { DaemonState } from '../../app/translate/daemon.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../command.ts'
import { askDaemon } from '../daemon-report.ts'
import { exitCode } from '../exit-code.ts'
import { printReading } from '../output.ts'
import { connectorName } from '../sources.ts'
import { statusReading } from '../readings/status-reading.ts'

interface StatusOptions extends CommandOptions {
  readonly check?: boolean
}

export function addStatus(program: Command, shell: Shell): void {
  withCommonOptions(program.command('status'))
    .description('source by source: state, position, lag, and why it waits')
    .option('--check', 'exit 2 when anything is degraded')
    .action(async (options: StatusOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const { kafka, names, config } = wiring
        const registry = await readRegistry(kafka.openControlLog)
        const daemon = await askDaemon(config.settings.daemonUrl)
        const items = await sourceStatus(registry, {
          names,
          topicReader: kafka.topicReader,
          reports: daemon?.items ?? null,
          protectionOf: async (source) => await protectionOf(wiring.connectorOffsets, connectorName(wiring, source)),
        })
        const state = daemon?.daemon ?? null
        const warnings = registryWarnings(registry)
        const reading = statusReading(items, {
          url: config.settings.daemonUrl,
          state,
          nowMs: wiring.clock.wallMs(),
        })
        printReading(shell.streams, options.output, {
          ...reading,
          warnings: [...warnings, ...(reading.warnings ?? [])],
        })
        const sound = isSound(state) && registry.unread === null && items.every((item) => item.sound)
        return options.check === true && !sound ? exitCode.degraded : exitCode.done
      })
    })
}

const isSound = (daemon: DaemonState | null): boolean =>
  daemon !== null && daemon.trouble === null && daemon.unread === null
