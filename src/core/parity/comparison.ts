/** What is compared of the bridge's events and the native ones: a checked migration file, as the comparator takes it. */
import { hash } from 'node:crypto'
import type { Publication } from '../event/business-event.ts'
import type { ContractField } from '../event/contract/contract.ts'
import { eventName, underName } from '../migration/file/event-name.ts'
import { fieldAt } from '../migration/file/field-at.ts'
import type { ComparedEvent, MigrationFile, Normalisation } from '../migration/file/migration-file.ts'
import type { Tolerance } from './tolerance.ts'

/** A plain value: two streams are compared by this, and by nothing else. */
export interface Comparison {
  /** A digest of all the rest: pairs and verdicts of another comparison mean something else. */
  readonly version: string
  /** By full name, as it stands in `ce_type`. */
  readonly types: Readonly<Record<string, ComparedType>>
  /** How long both streams must be past an event before it counts as missing. */
  readonly windowMs: number
  /** How long behind that it can still come late. */
  readonly lateMs: number
  /** A stream this far behind the other one counts as stalled. */
  readonly stalledMs: number
}

/** Fields are paths as in the file: dots lead into records, and into the records of lists. */
export interface ComparedType {
  /** As the migration file names it. */
  readonly name: string
  /** Fields that name a pair; none: the sequences of an aggregate are aligned. */
  readonly match: readonly string[]
  /** Null: all. */
  readonly compare: readonly string[] | null
  readonly ignore: readonly string[]
  readonly tolerance: Tolerance
  readonly normalise: Readonly<Record<string, readonly Normalisation[]>>
}

/** A day: whoever repairs a native publisher sees its events come out as late, not as missing ones. */
const lateMs = 86_400_000

/** Of the window: what a stalled stream owes is not yet missing when the stream is named. */
const stalledShare = 0.5

type ComparedPublication = Pick<Publication, 'event' | 'version' | 'topic'> & {
  readonly contract: Pick<Publication['contract'], 'fullName' | 'fields'>
}

/**
 * Of the events that the mapping publishes to the bridge's topic, in whatever order they are given. Fields are ignored
 * up to their last day: `today`, in ISO 8601, tells, and behind it the comparison is another one.
 */
export function comparisonOf(
  file: Pick<MigrationFile, 'topics' | 'events' | 'windowSeconds'>,
  { publications, today }: { readonly publications: readonly ComparedPublication[]; readonly today: string },
): Comparison {
  const types = publications
    .filter(({ topic }) => topic === file.topics.bridge.value)
    .map((one) => [one.contract.fullName, comparedType(one, { declared: file.events, today })] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const windowMs = file.windowSeconds * 1_000
  const said = { types: Object.fromEntries(types), windowMs, lateMs, stalledMs: windowMs * stalledShare }
  return { version: hash('sha256', JSON.stringify(said)), ...said }
}

interface Declared {
  readonly declared: MigrationFile['events']
  readonly today: string
}

function comparedType(publication: ComparedPublication, { declared, today }: Declared): ComparedType {
  const name = eventName(publication)
  const { match, compare, ignore, tolerance, normalise } = underName(declared, name) ?? undeclared
  const paths = (fields: readonly { readonly value: string }[]): readonly string[] => fields.map(({ value }) => value)
  const amounts = [...tolerance].map(
    ([path, { value }]) => [path, amountOf(publication.contract.fields, path, value)] as const,
  )
  const forms = [...normalise].map(([path, { value }]) => [path, value.map((one) => one.value)] as const)
  return {
    name,
    match: paths(match),
    compare: compare === null ? null : paths(compare),
    ignore: ignore.filter(({ until }) => until.value >= today).map(({ field }) => field.value),
    tolerance: Object.fromEntries(amounts),
    normalise: Object.fromEntries(forms),
  }
}

/** A time of the day is a number of nanoseconds. */
function amountOf(fields: readonly ContractField[], path: string, seconds: string): string {
  const found = fieldAt(fields, path)
  return found.kind === 'field' && found.field.type.kind === 'time' ? `${seconds}E9` : seconds
}

const undeclared: Omit<ComparedEvent, 'namePlace'> = {
  match: [],
  compare: null,
  ignore: [],
  tolerance: new Map(),
  normalise: new Map(),
}
