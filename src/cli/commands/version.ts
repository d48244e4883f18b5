import type { Command } from 'commander'
import { brand } from '../../brand.ts'
import { ownVersion } from '../../wiring.ts'
import { type CommandOptions, type Shell, withOutputOption } from '../command.ts'
import { type Column, printReading } from '../output.ts'

interface Version {
  readonly version: string
  readonly node: string
}

const columns: readonly Column<Version>[] = [
  { title: brand.name.toUpperCase(), text: ({ version }) => version },
  { title: 'NODE', text: ({ node }) => node },
]

export function addVersion(program: Command, shell: Shell): void {
  withOutputOption(program.command('version'))
    .description(`the version of ${brand.name}, and that of the Node it runs on`)
    .action(({ output }: Pick<CommandOptions, 'output'>) => {
      const items = [{ version: ownVersion(), node: process.versions.node }]
      printReading(shell.streams, output, { kind: 'Versions', items, columns, empty: '' })
    })
}
