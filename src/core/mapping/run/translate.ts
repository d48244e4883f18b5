/** From a source transaction to what it publishes: the pure heart of the translator. */
import type { TableName } from '../../catalog/catalog.ts'
import type { BusinessEvent, Tombstone } from '../../event/business-event.ts'
import type { SizeLimits } from '../../event/event-size.ts'
import { carriedChange } from '../../held/carried-input.ts'
import type { RowIndex, RowsAtHand } from '../../rows/rows-at-hand.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import { netChanges, singleChanges } from '../../transaction/net-changes.ts'
import type { SourceTransaction, TransactionFacts } from '../../transaction/source-transaction.ts'
import type { CompiledMapping, CompiledPer, CompiledRule, Policy } from '../compiled-mapping.ts'
import type { FailedInput } from './failed-input.ts'
import type { AskedScope, FiredInput } from './fired-input.ts'
import { anchorOf, type Cause, type GroupCause } from './cause.ts'
import type { DraftEvent } from './firing/draft-event.ts'
import { fireRule } from './firing/fire-rule.ts'
import { Groups } from './groups.ts'
import { Joins, type RowsOfWith } from './join.ts'

export type Outcome =
  | (OfInput & { readonly kind: 'event'; readonly event: BusinessEvent })
  | (OfInput & { readonly kind: 'tombstone'; readonly tombstone: Tombstone })
  /** The input failed; `policy` says what happens to it. */
  | (OfInput & { readonly kind: 'failed'; readonly policy: Policy; readonly input: FailedInput })

interface OfInput {
  readonly mapping: CompiledMapping
  /** The same for all outcomes of one input, which stand together. */
  readonly fired: FiredInput
}

/** Rules of all mappings in force, by the table that they are anchored on. Made once per change of mappings. */
export interface TranslationPlan {
  readonly byTable: ReadonlyMap<TableName, readonly PlannedRule[]>
  /** Tables whose rows a `with` asks for. */
  readonly joined: ReadonlySet<TableName>
  /** Tables whose rows a rule puts into groups. */
  readonly grouped: ReadonlySet<TableName>
  /** Tables of whose changes rules want those that foreign keys have made, too. */
  readonly derived: ReadonlySet<TableName>
  /** Tables of which a rule wants every single change. */
  readonly singly: ReadonlySet<TableName>
  /** Tables of whose rows somebody may ask what they were. */
  readonly readsBefore: ReadonlySet<TableName>
  /** By which look-ups find rows, by id. */
  readonly indexes: ReadonlyMap<string, RowIndex>
  readonly limits: SizeLimits
}

export interface PlannedRule {
  readonly mapping: CompiledMapping
  readonly rule: CompiledRule
  /** How the scope of its inputs is told; null: its mapping has none, or nobody asks. */
  readonly scope: AskedScope | null
}

export interface PlanOptions {
  readonly limits?: SizeLimits
  readonly isMeant?: (rule: CompiledRule) => boolean
  /** Whether events say their scope. */
  readonly saysScopes?: boolean
  /** Names of the mappings whose scopes are in different stages. */
  readonly divided?: ReadonlySet<string>
}

/** Mappings in the order of their names, rules in that of their file. */
export function planTranslation(
  mappings: readonly CompiledMapping[],
  { limits = new Map(), isMeant = () => true, saysScopes = false, divided = new Set() }: PlanOptions = {},
): TranslationPlan {
  const byTable = new Map<TableName, PlannedRule[]>()
  for (const mapping of mappings.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const isDecisive = divided.has(mapping.name)
    const isAsked = mapping.scope !== null && (saysScopes || isDecisive)
    const scope = isAsked ? { structural: mapping.scope, isDecisive } : null
    for (const rule of mapping.rules.filter(isMeant)) {
      const rules = byTable.get(rule.table.name) ?? []
      rules.push({ mapping, rule, scope })
      byTable.set(rule.table.name, rules)
    }
  }
  const rules = [...byTable.values()].flat()
  const joined = new Set(rules.flatMap(({ rule }) => rule.withs.map(({ table }) => table)))
  const tablesPer = (kind: CompiledPer['kind']): ReadonlySet<TableName> =>
    new Set(rules.filter(({ rule }) => rule.per.kind === kind).map(({ rule }) => rule.table.name))
  return {
    byTable,
    joined,
    grouped: tablesPer('group'),
    derived: new Set(rules.filter(({ rule }) => rule.takesDerived).map(({ rule }) => rule.table.name)),
    singly: tablesPer('change'),
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
export function translate(
  transaction: SourceTransaction,
  plan: TranslationPlan,
  rows: RowsAtHand,
  joinsAmong: JoinsAmong = usualJoins,
): readonly Outcome[] {
  const outcomes: Outcome[] = []
  const { places, siblings } = prepare(transaction, plan, joinsAmong)
  for (const place of places) addOutcomes({ place, transaction, rows, siblings }, plan, outcomes)
  return outcomes
}

/** The same, a number of rows at a time: a large transaction must not keep everything else waiting. */
export function* translateInSteps(
  transaction: SourceTransaction,
  plan: TranslationPlan,
  rows: RowsAtHand,
  rowsAtATime: number,
): Generator<readonly Outcome[]> {
  const { places, siblings } = prepare(transaction, plan, usualJoins)
  for (let first = 0; first < places.length; first += rowsAtATime) {
    const outcomes: Outcome[] = []
    const step = places.slice(first, first + rowsAtATime)
    for (const place of step) addOutcomes({ place, transaction, rows, siblings }, plan, outcomes)
    yield outcomes
  }
}

/** What there is to translate at one change of a transaction: the row that changed there first, and the change itself. */
export interface Place {
  /** Null: the row has changed before, or not at all in the end. */
  readonly net: NetChange | null
  /** Null: nobody asks for single changes of the table. */
  readonly single: NetChange | null
}

/** What rules ask of other changes of the transaction. */
export interface Siblings {
  readonly joins: RowsOfWith
  readonly groups: Groups
}

/** Where rows of `with` are looked for: whoever watches what is found has another one. */
export type JoinsAmong = (net: readonly NetChange[]) => RowsOfWith

const usualJoins: JoinsAmong = (net) => new Joins(net)

interface Prepared {
  readonly places: readonly Place[]
  readonly siblings: Siblings
}

const nothing: Prepared = { places: [], siblings: { joins: new Joins([]), groups: new Groups([]) } }

function prepare(
  transaction: SourceTransaction,
  { byTable, singly }: TranslationPlan,
  joinsAmong: JoinsAmong,
): Prepared {
  const { changes } = transaction
  if (!changes.some(({ table }) => byTable.has(table))) return nothing
  const net = netChanges(transaction)
  const singles = singly.size === 0 ? [] : singleChanges(transaction).filter(({ table }) => singly.has(table))
  return { places: placesOf(net, singles), siblings: { joins: joinsAmong(net), groups: new Groups(net) } }
}

function placesOf(net: readonly NetChange[], singles: readonly NetChange[]): readonly Place[] {
  if (singles.length === 0) return net.map((change) => ({ net: change, single: null }))
  const [netAt, singleAt] = [net, singles].map((changes) => new Map(changes.map((change) => [change.order, change])))
  const orders = new Set([...net, ...singles].map(({ order }) => order))
  return [...orders]
    .toSorted((a, b) => a - b)
    .map((order) => ({ net: netAt?.get(order) ?? null, single: singleAt?.get(order) ?? null }))
}

interface PlaceTranslation {
  readonly place: Place
  readonly siblings: Siblings
  readonly transaction: TransactionFacts
  readonly rows: RowsAtHand
}

/** Those of one place, behind the others. */
export function addOutcomes(translation: PlaceTranslation, plan: TranslationPlan, outcomes: Outcome[]): void {
  const { place } = translation
  const { net, single } = place
  const change = net ?? single
  const rules = change === null ? undefined : plan.byTable.get(change.table)
  if (rules === undefined) return
  const firings = { translation, limits: plan.limits, outcomes, first: outcomes.length }
  if (movesRows(net) || movesRows(single)) refuseUnmapped(place, rules, outcomes)
  let entered: (readonly [PlannedRule, GroupCause])[] | null = null
  for (const planned of rules) {
    const { per } = planned.rule
    if (per.kind !== 'group') {
      const found = per.kind === 'row' ? net : single
      // Most changes are none of most rules: nothing is made for them.
      if (found !== null && planned.rule.operations.has(found.op)) fire(firings, planned, { kind: 'row', net: found })
      continue
    }
    if (net === null) continue
    for (const cause of translation.siblings.groups.beginningAt(planned.rule, per, net)) {
      if (cause.kind === 'group' && cause.group.anchor.group === 'entered') (entered ??= []).push([planned, cause])
      else fire(firings, planned, cause)
    }
  }
  if (entered === null) return
  // The group that a row entered has a place of its own, behind all that is of the row.
  const behind = { ...firings, first: outcomes.length }
  for (const [planned, cause] of entered) fire(behind, planned, cause)
}

interface Firings {
  readonly translation: PlaceTranslation
  readonly limits: SizeLimits
  readonly outcomes: Outcome[]
  /** Where the outcomes of the anchor begin. */
  readonly first: number
}

function fire(firings: Firings, { mapping, rule, scope }: PlannedRule, cause: Cause): void {
  const { translation, limits, outcomes, first } = firings
  const { transaction, siblings, rows } = translation
  const fired = fireRule({ rule, scope, cause, transaction, joins: siblings.joins, rows, limits })
  if (fired.kind === 'failed') {
    const { input } = fired
    outcomes.push({ kind: 'failed', mapping, fired: fired.fired, policy: mapping.policy(input.errorClass), input })
  } else if (fired.kind === 'published') {
    const own = { mapping, fired: fired.fired }
    for (const item of fired.items) outcomes.push(outcomeOf(own, item, outcomes, first))
  }
}

/** The outcomes of one anchor begin at `first`. */
function outcomeOf(own: OfInput, item: DraftEvent | Tombstone, outcomes: readonly Outcome[], first: number): Outcome {
  if (!('publication' in item)) return { kind: 'tombstone', ...own, tombstone: item }
  item.index = indexOf(item, outcomes, first)
  return { kind: 'event', ...own, event: item }
}

/** The index among the events of one type and major from one anchor: of the type, whatever its rule. */
function indexOf({ publication }: DraftEvent, outcomes: readonly Outcome[], first: number): number {
  // A list may have given thousands of them: the last one knows how many there were.
  for (let at = outcomes.length - 1; at >= first; at -= 1) {
    const outcome = outcomes[at]
    if (outcome?.kind !== 'event') continue
    const { event, version } = outcome.event.publication
    if (event === publication.event && version === publication.version) return outcome.event.index + 1
  }
  return 0
}

const movesRows = (change: NetChange | null): boolean => change?.op === 'rekey' || change?.op === 'truncate'

/** A re-key or truncate of a table that a mapping is anchored on, and no rule for it: never ignored silently. */
function refuseUnmapped({ net, single }: Place, rules: readonly PlannedRule[], outcomes: Outcome[]): void {
  const change = movesRows(net) ? net : single
  if (change === null) return
  // A key that comes back in the end is none that has changed, but for who asks for single changes.
  const concerned = change.derived === true ? rules.filter(({ rule }) => rule.takesDerived) : rules
  const asked = change === net ? concerned : concerned.filter(({ rule }) => rule.per.kind === 'change')
  for (const mapping of new Set(asked.map((planned) => planned.mapping))) {
    const own = rules.filter((planned) => planned.mapping === mapping)
    const [first] = own
    if (first === undefined || own.some(({ rule }) => rule.operations.has(change.op))) continue
    outcomes.push(unmapped(first, change))
  }
}

function unmapped({ mapping, rule }: PlannedRule, change: NetChange): Outcome {
  const { table, op, before, after } = change
  const { place, name: at } = rule
  const message = `no rule of the mapping says what a ${op} of ${table} means`
  const fired: FiredInput = {
    scopes: [null],
    scopeSaid: null,
    refused: () => input,
    identity: { mapping: mapping.name, rule: at, anchor: anchorOf(change), group: op },
    keys: () => null,
    carried: () => ({ kind: 'unmapped', table, changes: [carriedChange(change)], with: {}, answers: [] }),
  }
  const input: FailedInput = {
    identity: fired.identity,
    errorClass: 'unmapped',
    place,
    failure: { class: 'unmapped', message, at, place, event: null, op, before, after, with: {}, lookups: {} },
  }
  return { kind: 'failed', mapping, fired, policy: mapping.policy('unmapped'), input }
}
