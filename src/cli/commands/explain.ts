import type { Command } from 'commander'
import { type ExplainedKey, type Explanation, explain } from '../../app/observe/explain.ts'
import { brand } from '../../brand.ts'
import { type CommandOptions, type Shell, withOutputOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { printReading } from '../output.ts'

export function addExplain(program: Command, shell: Shell): void {
  withOutputOption(program.command('explain'))
    .description(
      `what a key of ${brand.projectFile}, an error code, a function, a condition or a class of failures means`,
    )
    .argument(
      '<key|code|function>',
      'such as kafka.brokers, sources, FW2103, TX_GAP, zoned, connector-heartbeats or badDate',
    )
    .action((asked: string, { output }: Pick<CommandOptions, 'output'>) => {
      const items = explain(asked)
      if (output === 'table') shell.streams.out(items.map(explanationText).join('\n'))
      else printReading(shell.streams, output, { kind: 'Explanations', items, columns: [], empty: '' })
      shell.exit = exitCode.done
    })
}

function explanationText(item: Explanation): string {
  const [title, text, facts] = partsOf(item)
  return [title, `  ${text}`, ...facts.map(([name, value]) => `  ${name.padEnd(12)} ${value}`), ''].join('\n')
}

type Facts = readonly (readonly [name: string, value: string])[]

function partsOf(item: Explanation): readonly [title: string, text: string, facts: Facts] {
  switch (item.kind) {
    case 'code':
      return [item.code, item.summary, [['remedy', item.remedy]]]
    case 'function':
      return [item.signature, item.summary, item.examples.map((example) => ['example', example.join(' → ')])]
    case 'condition':
      return [
        item.code,
        `Must hold: ${item.what}.`,
        [
          ['otherwise', item.why],
          ['remedy', item.remedy],
        ],
      ]
    case 'class':
      return [item.name, item.summary, [['policy', `onError: {${item.name}: …} in the mapping, or its default`]]]
    case 'key':
      return [item.path, item.doc, factsOf(item)]
  }
}

const factsOf = ({ file, presence, expected, standard, environment }: ExplainedKey): Facts => [
  ['file', file],
  ['expected', presence === 'required' ? `${expected}; must be there` : expected],
  ...(standard === null ? [] : [['default', standard] as const]),
  ...(environment === null ? [] : [['environment', environment] as const]),
]
