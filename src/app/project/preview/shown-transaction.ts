/** A source transaction and what a mapping makes of it, as a person may see it: personal data is masked. */
import type { RowImage } from '../../../core/capture/image/row-image.ts'
import type { RawOffset, RowChange } from '../../../core/capture/row-change.ts'
import type { Table } from '../../../core/catalog/catalog.ts'
import { readableFields } from '../../../core/event/event-json.ts'
import type { BusinessEvent } from '../../../core/event/business-event.ts'
import type { CompiledEvent, CompiledMapping, CompiledPublish, Policy } from '../../../core/mapping/compiled-mapping.ts'
import type { OutcomeChange } from '../../../core/mapping/outcome-changes.ts'
import type { Outcome } from '../../../core/mapping/run/translate.ts'
import type { SourceTransaction } from '../../../core/transaction/source-transaction.ts'
import { UNAVAILABLE } from '../../../core/values/value.ts'

export interface PreviewedTransaction {
  readonly transaction: string
  readonly from: RawOffset
  /** Of the mapping's tables, in commit order. */
  readonly rows: readonly PreviewedRow[]
  readonly outcomes: readonly PreviewedOutcome[]
}

/** A transaction of which two mappings make different things. */
export interface DifferingTransaction extends Omit<PreviewedTransaction, 'outcomes'> {
  readonly changes: readonly PreviewedChange[]
}

export type PreviewedChange =
  | { readonly kind: 'added'; readonly now: PreviewedOutcome }
  | { readonly kind: 'removed'; readonly before: PreviewedOutcome }
  | {
      readonly kind: 'changed'
      readonly paths: readonly string[]
      readonly before: PreviewedOutcome
      readonly now: PreviewedOutcome
    }

export interface PreviewedRow {
  readonly table: string
  readonly op: RowChange['op']
  readonly offset: RawOffset
  /** The key of the table, and the columns that the mapping reads. */
  readonly before: PreviewedValues | null
  readonly after: PreviewedValues | null
}

export type PreviewedValues = Readonly<Record<string, unknown>>

export type PreviewedOutcome =
  | { readonly kind: 'event'; readonly event: string; readonly key: string; readonly fields: PreviewedValues }
  | { readonly kind: 'tombstone'; readonly topic: string; readonly key: string }
  /** What becomes of the input: a dead letter, nothing, one that others wait behind, or a source that halts. */
  | {
      readonly kind: 'failed'
      readonly policy: Policy
      readonly class: string
      readonly at: string
      readonly message: string
    }

const masked = '***'
const unavailable = '(unavailable)'

export function shownTransaction(
  transaction: SourceTransaction,
  outcomes: readonly Outcome[],
  mapping: CompiledMapping,
): PreviewedTransaction {
  const { key, from } = transaction
  const personal = personalColumns(mapping)
  const shownOutcomes = outcomes.map((outcome) => shownOutcome(outcome, personal))
  return { transaction: key, from, rows: shownRows(transaction, mapping), outcomes: shownOutcomes }
}

/** With the rows of the mapping as it is now; null: the same comes of it. */
export function shownDifference(
  transaction: SourceTransaction,
  changes: readonly OutcomeChange[],
  { before, now }: { readonly before: CompiledMapping; readonly now: CompiledMapping },
): DifferingTransaction | null {
  // A column that either catalog calls personal is masked on both sides.
  const personal = new Set([...personalColumns(before), ...personalColumns(now)])
  const shown = changes.flatMap((change) => (change.kind === 'same' ? [] : [shownChange(change, personal)]))
  if (shown.length === 0) return null
  const { key, from } = transaction
  return { transaction: key, from, rows: shownRows(transaction, now), changes: shown }
}

function shownChange(change: Exclude<OutcomeChange, { kind: 'same' }>, personal: ReadonlySet<string>): PreviewedChange {
  switch (change.kind) {
    case 'added':
      return { kind: 'added', now: shownOutcome(change.now, personal) }
    case 'removed':
      return { kind: 'removed', before: shownOutcome(change.before, personal) }
    case 'changed': {
      const { kind, paths, before, now } = change
      return { kind, paths, before: shownOutcome(before, personal), now: shownOutcome(now, personal) }
    }
  }
}

function shownRows({ changes }: SourceTransaction, mapping: CompiledMapping): readonly PreviewedRow[] {
  const tables = new Map([...mapping.aliases.values()].map((table) => [table.name, table]))
  return changes.flatMap((change): PreviewedRow[] => {
    const table = tables.get(change.table)
    return table === undefined ? [] : [shownRow(change, table, mapping)]
  })
}

function shownRow({ op, offset, before, after }: RowChange, table: Table, { reads }: CompiledMapping): PreviewedRow {
  const columns = table.columns.filter(
    ({ name }) => table.primaryKey.includes(name) || reads.has(`${table.name}.${name}`),
  )
  const valuesOf = (image: RowImage | null): PreviewedValues | null =>
    image === null
      ? null
      : Object.fromEntries(columns.map(({ name, pii }) => [name, pii === undefined ? shown(image.get(name)) : masked]))
  return { table: table.name, op, offset, before: valuesOf(before), after: valuesOf(after) }
}

const shown = (value: unknown): unknown => (value === UNAVAILABLE || value === undefined ? unavailable : value)

function shownOutcome(outcome: Outcome, personal: ReadonlySet<string>): PreviewedOutcome {
  switch (outcome.kind) {
    case 'event':
      return shownEvent(outcome.event, outcome.mapping, personal)
    case 'tombstone':
      return shownTombstone(outcome, personal)
    case 'failed': {
      const { errorClass, failure } = outcome.input
      return { kind: 'failed', policy: outcome.policy, class: errorClass, at: failure.at, message: failure.message }
    }
  }
}

/** Whichever tombstone of the topic it is: a key that one of them makes of personal data is masked in all. */
function shownTombstone(
  { tombstone: { topic, key }, mapping }: Extract<Outcome, { kind: 'tombstone' }>,
  personal: ReadonlySet<string>,
): PreviewedOutcome {
  const those = publishedBy(mapping).filter((one) => one.kind === 'tombstone' && one.topic === topic)
  const isPersonal = those.some((one) => isOf(one.key.reads, personal))
  return { kind: 'tombstone', topic, key: isPersonal ? masked : key }
}

/** A key or a field that any column with personal data decides about is masked, whatever the mapping makes of it. */
function shownEvent(
  { publication, key, fields }: BusinessEvent,
  mapping: CompiledMapping,
  columns: ReadonlySet<string>,
): PreviewedOutcome {
  const compiled = publishedAs(publication, mapping)
  const personal = personalFields(compiled, columns)
  const readable = Object.entries(readableFields(publication.contract, fields))
  return {
    kind: 'event',
    event: `${publication.event}.v${publication.version}`,
    key: compiled !== null && isOf(compiled.key.reads, columns) ? masked : key,
    fields: Object.fromEntries(readable.map(([name, value]) => [name, personal.has(name) ? masked : value])),
  }
}

const publishedBy = ({ rules }: CompiledMapping): readonly CompiledPublish[] => rules.flatMap(({ publish }) => publish)

const publishedAs = (publication: BusinessEvent['publication'], mapping: CompiledMapping): CompiledEvent | null =>
  publishedBy(mapping).find((one): one is CompiledEvent => one.kind === 'event' && one.publication === publication) ??
  null

/** Names of fields at the top of the event. */
function personalFields(event: CompiledEvent | null, personal: ReadonlySet<string>): ReadonlySet<string> {
  const fields = [...(event?.lineage ?? [])].filter(([, reads]) => isOf(reads, personal))
  return new Set(fields.map(([path]) => /^[^.[]*/.exec(path)?.[0] ?? path))
}

const isOf = (reads: ReadonlySet<string>, personal: ReadonlySet<string>): boolean =>
  [...reads].some((column) => personal.has(column))

const personalColumns = ({ aliases }: CompiledMapping): ReadonlySet<string> =>
  new Set(
    [...aliases.values()].flatMap(({ name, columns }) =>
      columns.filter(({ pii }) => pii !== undefined).map((column) => `${name}.${column.name}`),
    ),
  )
