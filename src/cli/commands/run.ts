import type { Command } from 'commander'
import { FetchedSchemas } from '../../app/capture/fetched-schemas.ts'
import { protectionOf } from '../../app/capture/protection.ts'
import { lookAtSlot } from '../../app/capture/slot-look.ts'
import { Comparisons } from '../../app/compare/comparisons.ts'
import { Daemon } from '../../app/translate/daemon.ts'
import { type HealthServer, serveHealth } from '../../http/health-server.ts'
import { findProjectRoot, wire, type Wiring } from '../../wiring.ts'
import type { CommandOptions, Shell } from '../command.ts'
import { crashAt } from '../process/crash-point.ts'
import { exitCode } from '../exit-code.ts'
import { connectorName } from '../sources.ts'

export function addRun(program: Command, shell: Shell): void {
  program
    .command('run')
    .description('the translator daemon, in the foreground; SIGTERM finishes what is in hand and leaves')
    .option('--project <folder>', 'the project folder: only its settings and keys are read')
    .action(async (options: CommandOptions) => {
      const root = findProjectRoot(options.project ?? shell.workingFolder)
      const onStep = crashAt(shell.environment['FALSEWORK_CRASH_AT'])
      const wiring = wire({
        root,
        environment: shell.environment,
        logLevel: 'info',
        ...(onStep === null ? {} : { onPublishStep: onStep }),
      })
      try {
        await runDaemon(wiring, shell.interrupted, onStep)
      } finally {
        await wiring.close()
      }
      shell.exit = exitCode.done
    })
}

async function runDaemon(
  wiring: Wiring,
  interrupted: AbortSignal,
  onStep: ((step: string) => void) | null,
): Promise<void> {
  const { clock, log, names, kafka, uuid, timeZoneDatabase, config } = wiring
  const metrics = wiring.metrics()
  const daemon = new Daemon({
    clock,
    log,
    metrics,
    names,
    uuid,
    timeZoneDatabase,
    actor: `daemon ${process.pid}`,
    keys: wiring.keys(),
    ...(onStep === null ? {} : { onStep }),
    transactionTimeoutMs: config.settings.transactionTimeoutMs,
    budget: { rows: config.settings.transactionRows, bytes: config.settings.transactionBytes },
    heldBounds: { inputs: config.settings.heldInputs, bytes: config.settings.heldBytes },
    openLease: kafka.openLease,
    comparisons: new Comparisons({
      clock,
      log,
      metrics,
      names,
      openComparisonLease: kafka.openComparisonLease,
      openParityStore: wiring.openParityStore,
      topicReader: kafka.newTopicReader(),
      appendRecord: kafka.appendRecord,
    }),
    openPublisher: kafka.openPublisher,
    openRawLog: kafka.openRawLog,
    openRowStore: wiring.openRowStore,
    schemas: new FetchedSchemas(wiring.schemaRegistry),
    openControlLog: kafka.openControlLog,
    topicAdmin: kafka.topicAdmin,
    topicReader: kafka.topicReader,
    newOwnershipLog: kafka.newOwnershipLog,
    protectionOf: async (source) => await protectionOf(wiring.connectorOffsets, connectorName(wiring, source)),
    lookAtSlot: async (source) => {
      const openInspector = async () => await wiring.openInspector(source)
      return await lookAtSlot(connectorName(wiring, source), { ...wiring, openInspector })
    },
  })
  const server: HealthServer = await serveHealth(
    { host: config.settings.httpHost, port: config.settings.httpPort },
    {
      daemon: () => daemon.state,
      reports: () => daemon.reports(),
      metrics: async () => await metrics.render(),
    },
  )
  try {
    log.info('daemon started', { url: server.url })
    await daemon.run(interrupted)
    log.info('daemon stopped')
  } finally {
    await server.close()
  }
}
