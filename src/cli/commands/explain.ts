import type { Command } from 'commander'
import { type Explanation, explain } from '../../app/observe/explain.ts'
import { brand } from '../../brand.ts'
import { type CommandOptions, type Shell, withOutputOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printReading } from '../output.ts'

export function addExplain(program: Command, shell: Shell): void {
  withOutputOption(program.command('explain'))
    .description(`what a key of ${brand.projectFile} or an error code means`)
    .argument('<key|code>', 'such as kafka.brokers, sources, FW2103 or TX_GAP')
    .action((asked: string, { output }: Pick<CommandOptions, 'output'>) => {
      const items = explain(asked)
      if (output === 'table') shell.streams.out(items.map(explanationText).join('\n'))
      else printReading(shell.streams, output, { kind: 'Explanations', items, columns: [], empty: '' })
      shell.exit = exitCode.done
    })
}

function explanationText(item: Explanation): string {
  const [title, text, facts] =
    item.kind === 'code'
      ? ([item.code, item.summary, [['remedy', item.remedy]]] as const)
      : ([item.path, item.doc, factsOf(item)] as const)
  return [title, `  ${text}`, ...facts.map(([name, value]) => `  ${name.padEnd(12)} ${value}`), ''].join('\n')
}

const factsOf = ({
  file,
  presence,
  expected,
  standard,
  environment,
}: Extract<Explanation, { kind: 'key' }>): readonly (readonly [string, string])[] => [
  ['file', file],
  ['expected', presence === 'required' ? `${expected}; must be there` : expected],
  ...(standard === null ? [] : [['default', standard] as const]),
  ...(environment === null ? [] : [['environment', environment] as const]),
]
