/** The events of a project as a page for people. */
import { describeType } from '../../../core/expression/types/expression-type.ts'
import type { PublishedEvent } from './published-events.ts'

/** Markdown; the same for the same contracts and mappings. */
export function cataloguePage(events: readonly PublishedEvent[]): string {
  const index = events.map(
    ({ name, topic, contract }) =>
      `| [${name}](#${anchorOf(name)}) | ${topic} | ${cell(contract.owner ?? '')} | ${cell(contract.doc ?? '')} |`,
  )
  return [
    '# Events',
    '',
    '| event | topic | owner | meaning |',
    '| --- | --- | --- | --- |',
    ...index,
    '',
    ...events.flatMap(section),
  ].join('\n')
}

function section({ name, topic, partitions, contract, deprecated, mappings, tombstones }: PublishedEvent): string[] {
  const fields = contract.fields.map((field) => {
    const type = describeType(field.type, field.nullable)
    return `| ${field.name} | ${cell(type)} | ${cell(field.doc ?? '')} |`
  })
  return [
    `## ${name}`,
    '',
    ...(contract.doc === null ? [] : [contract.doc, '']),
    `- Topic: \`${topic}\`, ${partitions} partitions${tombstones === 'some' ? ', with delete markers' : ''}`,
    `- Schema: \`${contract.fullName}\`, ${contract.compatibility}`,
    `- Owner: ${contract.owner ?? 'not named'}`,
    `- Mapping: ${mappings.join(', ')}`,
    ...(deprecated === null ? [] : [`- Deprecated since ${deprecated.since}, ends on ${deprecated.sunset}`]),
    '',
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...fields,
    '',
  ]
}

/** As GitHub makes it of a heading. */
const anchorOf = (name: string): string => name.toLowerCase().replaceAll('.', '')

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
