/** `connector stop|resume|restart|plugin`: planned stops after which nothing is missing. */
import type { Command } from 'commander'
import {
  moveBetweenTransactions,
  type RestingPlace,
  stopBetweenTransactions,
} from '../../../app/capture/planned-stop.ts'
import type { Wiring } from '../../../wiring.ts'
import { type CommandOptions, runCommand, type Shell, withCommonOptions } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { inTurn, printTurn } from '../../in-turn.ts'
import { type Column, printReading } from '../../output.ts'
import { chosenSources, connectorName } from '../../sources.ts'

interface StoppedLine {
  readonly source: string
  readonly connector: string
  readonly state: 'stopped' | 'running'
  readonly place: RestingPlace
}

const places: Readonly<Record<RestingPlace, string>> = {
  between: 'between source transactions',
  moved: 'moved before the source transaction that it stood in',
  snapshot: 'in or behind its snapshot',
  none: 'none yet',
}

const columns: readonly Column<StoppedLine>[] = [
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'CONNECTOR', text: ({ connector }) => connector },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'OFFSET', text: ({ place }) => places[place] },
]

/** What each does with one connector; all of them leave the offset between source transactions. */
const acts: readonly {
  readonly name: string
  readonly description: string
  readonly state: StoppedLine['state']
  readonly act: (wiring: Wiring, connector: string) => Promise<RestingPlace>
}[] = [
  {
    name: 'stop',
    description: 'stop a connector where nothing is lost when it goes on',
    state: 'stopped',
    act: async ({ connectorOffsets }, connector) => await stopBetweenTransactions(connectorOffsets, connector),
  },
  {
    name: 'resume',
    description: 'let a stopped connector go on, from between source transactions',
    state: 'running',
    act: async ({ connectorOffsets, connectorAdmin }, connector) => {
      const isStopped = (await connectorAdmin.status(connector))?.state === 'STOPPED'
      const place = isStopped ? await moveBetweenTransactions(connectorOffsets, connector) : 'between'
      await connectorOffsets.resume(connector)
      return place
    },
  },
  {
    name: 'restart',
    description: 'stop and resume',
    state: 'running',
    act: async ({ connectorOffsets }, connector) => {
      const place = await stopBetweenTransactions(connectorOffsets, connector)
      await connectorOffsets.resume(connector)
      return place
    },
  },
]

export function addConnectorStops(connector: Command, shell: Shell): void {
  for (const { name, description, state, act } of acts) {
    withCommonOptions(connector.command(name))
      .argument('[source...]', 'sources; none: all')
      .description(description)
      .action(async (only: string[], options: CommandOptions) => {
        await runCommand(shell, options, async (wiring) => {
          const turn = await inTurn(shell, chosenSources(wiring, only), async (source): Promise<StoppedLine> => {
            const named = connectorName(wiring, source)
            return { source, connector: named, state, place: await act(wiring, named) }
          })
          return printTurn(shell, options, turn, {
            kind: 'StoppedConnectors',
            columns,
            empty: 'the project has no sources',
          })
        })
      })
  }
  withCommonOptions(connector.command('plugin'))
    .argument('<folder>', "a folder of the Connect worker's plugin.path")
    .description(
      'copy the transformations with which a restart loses nothing and a retyped column is found to Kafka Connect',
    )
    .action(async (folder: string, options: CommandOptions) => {
      await runCommand(shell, options, async (wiring) => {
        const jar = await wiring.copyConnectPlugin(folder)
        printReading(shell.streams, options.output, {
          kind: 'ConnectPlugin',
          items: [{ jar }],
          columns: [{ title: 'JAR', text: (item) => item.jar }],
          empty: '',
          nextSteps: [
            'restart the Connect worker, so that it finds the jar',
            'add to the connector file: "transforms": "boundary,columns,…", "transforms.boundary.type": "falsework.connect.BoundaryOffsets", "transforms.columns.type": "falsework.connect.ColumnForms"',
            'run `falsework connector apply`, then `falsework doctor`',
          ],
        })
        return exitCode.done
      })
    })
}
