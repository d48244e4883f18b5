/** A plan as people read it: a line for each mapping, what it brings below. */
import type { Plan, PlannedMapping } from '../../../app/project/plan/plan-mappings.ts'
import type { Change, PlannedSchema } from '../../../app/project/plan/planned-schema.ts'
import type { FieldChanges } from '../../../core/event/compatibility/field-changes.ts'
import type { PlannedReader } from '../../../app/project/plan/planned-readers.ts'
import { differenceLines } from './difference-reading.ts'
import { printableLines } from '../../output.ts'
import { count } from '../problems.ts'

const signs: Readonly<Record<Change, string>> = { new: '+', changed: '~', unchanged: '=' }

export const planText = ({ mappings }: Plan): string =>
  printableLines(
    mappings
      .flatMap(mappingLines)
      .map((line) => `${line}\n`)
      .join(''),
  )

/** `1 to add, 2 to change, 3 unchanged` */
export function planSummary({ mappings }: Plan): string {
  const of = (change: Change): number => mappings.filter((mapping) => mapping.change === change).length
  return `${count(mappings.length, 'mapping')}: ${of('new')} to add, ${of('changed')} to change, ${of('unchanged')} unchanged`
}

const isChange = ({ change }: { readonly change: Change }): boolean => change !== 'unchanged'

function mappingLines({
  mapping,
  source,
  change,
  from,
  to,
  topics,
  schemas,
  withdrawn,
  readers,
  stage,
  migration,
  tables,
  waiting,
  ...planned
}: PlannedMapping): readonly string[] {
  const revision = from === null || from === to ? `r${to}` : `r${from} -> r${to}`
  return [
    `${signs[change]} ${mapping}  ${revision}  ${source}  ${change}${from === null && stage !== 'live' ? `, into ${stage}` : ''}`,
    ...differenceLines({ ...planned, change }),
    ...topics.map(
      ({ topic, partitions, config }) =>
        `    creates topic ${topic} (${count(partitions, 'partition')}, ${config['cleanup.policy'] ?? ''})`,
    ),
    ...schemas.filter(isChange).map(schemaLine),
    ...withdrawn.map(({ event, topic }) => `    ${event}: no longer published into ${topic}`),
    ...readers.map((reader) => `    ${reader.topic} is read by ${readerText(reader)}`),
    ...(migration === null ? [] : [`    the registry log is told of ${migration}`]),
    ...(tables === 'unchanged' ? [] : [`    the registry log is told of the tables of ${source} (${tables})`]),
    ...(waiting === null ? [] : [`    lets go what waits: ${count(waiting.inputs, 'input')}`]),
    ...waitingWarnings({ mapping, waiting }).map((warning) => `    warning: ${warning}`),
  ]
}

/** Of inputs that would go on waiting, with what can be done; where values are wrong alone, their dead letter says it. */
export const waitingWarnings = ({ mapping, waiting }: Pick<PlannedMapping, 'mapping' | 'waiting'>): readonly string[] =>
  (waiting?.failing ?? []).map(({ class: errorClass, at, place, lacks, inputs }) => {
    const failed = `${mapping}: ${count(inputs, 'input')} of ${waiting?.inputs ?? 0} that wait would fail again`
    if (lacks === null) return `${failed}: ${errorClass} at ${at} (${place})`
    return `${failed}, since they do not carry what it reads: ${errorClass} at ${at} (${place}): ${lacks}; ${lackingRemedy}`
  })

const lackingRemedy =
  'register a revision first that reads them as they are, and this one when they have gone out, ' +
  'or give them up (`falsework dead-letters discard ID --reason TEXT`)'

/** `billing: 2 members, 12 records behind` */
export function readerText({ group, members, lag }: Omit<PlannedReader, 'topic'>): string {
  const behind = lag === null ? 'nothing committed' : `${count(lag, 'record')} behind`
  return `${group}: ${count(members, 'member')}, ${behind}`
}

const schemaLine = (schema: PlannedSchema): string =>
  schema.change === 'new'
    ? `    ${schema.event}: first schema of ${schema.subject}`
    : `    ${schema.event}: ${fieldsText(schema)}  compatible`

/** `+ channel, - county`; of a schema that has changed. */
export function fieldsText({ added, removed, changed }: FieldChanges): string {
  const fields = [
    ...added.map((field) => `+ ${field}`),
    ...removed.map((field) => `- ${field}`),
    ...changed.map((field) => `~ ${field}`),
  ]
  return fields.length === 0 ? 'other words' : fields.join(', ')
}
