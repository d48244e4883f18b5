/** From a source transaction to what it publishes: the pure heart of the translator. */
import type { TableName } from '../../catalog/catalog.ts'
import type { BusinessEvent, Tombstone } from '../../event/business-event.ts'
import type { SizeLimits } from '../../event/event-size.ts'
import type { RowIndex, RowsAtHand } from '../../rows/rows-at-hand.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import { netChanges } from '../../transaction/net-changes.ts'
import type { SourceTransaction, TransactionFacts } from '../../transaction/source-transaction.ts'
import type { CompiledMapping, CompiledRule, Policy } from '../compiled-mapping.ts'
import type { FailedInput } from './failed-input.ts'
import { anchorOf, type DraftEvent, fireRule } from './fire-rule.ts'
import { Joins } from './join.ts'

export type Outcome =
  | { readonly kind: 'event'; readonly mapping: CompiledMapping; readonly event: BusinessEvent }
  | { readonly kind: 'tombstone'; readonly mapping: CompiledMapping; readonly tombstone: Tombstone }
  /** The input failed; `policy` says what happens to it. */
  | { readonly kind: 'failed'; readonly mapping: CompiledMapping; readonly policy: Policy; readonly input: FailedInput }

/** Rules of all mappings in force, by the table that they are anchored on. Made once per change of mappings. */
export interface TranslationPlan {
  readonly byTable: ReadonlyMap<TableName, readonly PlannedRule[]>
  /** Tables whose rows a `with` asks for. */
  readonly joined: ReadonlySet<TableName>
  /** Tables of whose rows somebody may ask what they were. */
  readonly readsBefore: ReadonlySet<TableName>
  /** By which look-ups find rows, by id. */
  readonly indexes: ReadonlyMap<string, RowIndex>
  readonly limits: SizeLimits
}

interface PlannedRule {
  readonly mapping: CompiledMapping
  readonly rule: CompiledRule
}

/** Mappings in the order of their names, rules in that of their file. */
export function planTranslation(
  mappings: readonly CompiledMapping[],
  limits: SizeLimits = new Map(),
  isMeant: (rule: CompiledRule) => boolean = () => true,
): TranslationPlan {
  const byTable = new Map<TableName, PlannedRule[]>()
  for (const mapping of mappings.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const rule of mapping.rules.filter(isMeant)) {
      const rules = byTable.get(rule.table.name) ?? []
      rules.push({ mapping, rule })
      byTable.set(rule.table.name, rules)
    }
  }
  const rules = [...byTable.values()].flat()
  const joined = new Set(rules.flatMap(({ rule }) => rule.withs.map(({ table }) => table)))
  return {
    byTable,
    joined,
    readsBefore: new Set([...byTable.keys(), ...joined]),
    indexes: new Map(mappings.flatMap(({ indexes }) => indexes.map((index) => [index.id, index]))),
    limits,
  }
}

/**
 * Outcomes in the order in which they are published: that of the anchors' first changes, then of mappings and rules,
 * then of `publish`. So events with one key follow commit order, whatever rule they come from.
 *
 * Raises FalseworkError of `netChanges`.
 */
export function translate(transaction: SourceTransaction, plan: TranslationPlan, rows: RowsAtHand): readonly Outcome[] {
  const outcomes: Outcome[] = []
  const { net, joins } = prepare(transaction, plan)
  for (const change of net) addOutcomes({ change, transaction, joins, rows }, plan, outcomes)
  return outcomes
}

/** The same, a number of rows at a time: a large transaction must not keep everything else waiting. */
export function* translateInSteps(
  transaction: SourceTransaction,
  plan: TranslationPlan,
  rows: RowsAtHand,
  rowsAtATime: number,
): Generator<readonly Outcome[]> {
  const { net, joins } = prepare(transaction, plan)
  for (let first = 0; first < net.length; first += rowsAtATime) {
    const outcomes: Outcome[] = []
    const step = net.slice(first, first + rowsAtATime)
    for (const change of step) addOutcomes({ change, transaction, joins, rows }, plan, outcomes)
    yield outcomes
  }
}

interface Prepared {
  readonly net: readonly NetChange[]
  readonly joins: Joins
}

const nothing: Prepared = { net: [], joins: new Joins([]) }

function prepare(transaction: SourceTransaction, { byTable }: TranslationPlan): Prepared {
  if (!transaction.changes.some(({ table }) => byTable.has(table))) return nothing
  const net = netChanges(transaction)
  return { net, joins: new Joins(net) }
}

/** Those of one net change, behind the others. */
export function addOutcomes(
  { change, transaction, joins, rows }: Omit<ChangeTranslation, 'rules' | 'limits'>,
  { byTable, limits }: TranslationPlan,
  outcomes: Outcome[],
): void {
  const rules = byTable.get(change.table)
  if (rules !== undefined) translateChange({ change, rules, transaction, joins, rows, limits }, outcomes)
}

interface ChangeTranslation {
  readonly change: NetChange
  readonly rules: readonly PlannedRule[]
  readonly transaction: TransactionFacts
  readonly joins: Joins
  readonly rows: RowsAtHand
  readonly limits: SizeLimits
}

function translateChange(translation: ChangeTranslation, outcomes: Outcome[]): void {
  const { change, rules, transaction, joins, rows, limits } = translation
  const first = outcomes.length
  if (change.op === 'rekey' || change.op === 'truncate') refuseUnmapped(change, rules, outcomes)
  for (const { mapping, rule } of rules) {
    const fired = fireRule({ rule, net: change, transaction, joins, rows, limits })
    if (fired.kind === 'failed') {
      outcomes.push({ kind: 'failed', mapping, policy: mapping.policy(fired.input.errorClass), input: fired.input })
    } else if (fired.kind === 'published') {
      for (const item of fired.items) outcomes.push(outcomeOf(mapping, item, outcomes, first))
    }
  }
}

/** The outcomes of one anchor begin at `first`. */
function outcomeOf(
  mapping: CompiledMapping,
  item: DraftEvent | Tombstone,
  outcomes: readonly Outcome[],
  first: number,
): Outcome {
  if (!('publication' in item)) return { kind: 'tombstone', mapping, tombstone: item }
  item.index = indexOf(item, outcomes, first)
  return { kind: 'event', mapping, event: item }
}

/** The index among the events of one type and major from one anchor: of the type, whatever its rule. */
function indexOf({ publication }: DraftEvent, outcomes: readonly Outcome[], first: number): number {
  let index = 0
  for (let at = first; at < outcomes.length; at += 1) {
    const outcome = outcomes[at]
    if (outcome?.kind !== 'event') continue
    const { event, version } = outcome.event.publication
    if (event === publication.event && version === publication.version) index += 1
  }
  return index
}

/** A re-key or truncate of a table that a mapping is anchored on, and no rule for it: never ignored silently. */
function refuseUnmapped(change: NetChange, rules: readonly PlannedRule[], outcomes: Outcome[]): void {
  const mappings = new Set(rules.map(({ mapping }) => mapping))
  for (const mapping of mappings) {
    const own = rules.filter((planned) => planned.mapping === mapping)
    const [first] = own
    if (first === undefined || own.some(({ rule }) => rule.operations.has(change.op))) continue
    const { rule } = first
    const anchor = anchorOf(change)
    const message = `no rule of the mapping says what a ${change.op} of ${change.table} means`
    outcomes.push({
      kind: 'failed',
      mapping,
      policy: mapping.policy('unmapped'),
      input: {
        identity: { mapping: mapping.name, rule: rule.name, anchor, group: change.op },
        errorClass: 'unmapped',
        place: rule.place,
        failure: {
          class: 'unmapped',
          message,
          at: rule.name,
          place: rule.place,
          event: null,
          op: change.op,
          before: change.before,
          after: change.after,
          with: {},
          lookups: {},
        },
      },
    })
  }
}
