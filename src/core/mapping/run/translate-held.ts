/** An input that has waited, translated by the revision that is in force now, from what it carries. */
import { OtherFormImage } from '../../capture/image/other-form.ts'
import type { RowImage } from '../../capture/image/row-image.ts'
import { inForms } from '../../capture/row/column-forms.ts'
import type { Forms } from '../../capture/row/named-forms.ts'
import type { RowChange } from '../../capture/row-change.ts'
import type { TableName } from '../../catalog/catalog.ts'
import type { CarriedAnswer, CarriedChange, CarriedInput } from '../../held/carried-input.ts'
import { type KeptForms, retypedColumns } from '../../held/kept-forms.ts'
import type { KeptInput } from '../../held/kept-input.ts'
import type { RowIndex, RowsAtHand } from '../../rows/rows-at-hand.ts'
import type { NetChange } from '../../transaction/net-change.ts'
import { ValueError } from '../../values/value-error.ts'
import type { CompiledPer, CompiledRule, CompiledWith } from '../compiled-mapping.ts'
import type { FiredInput } from './fired-input.ts'
import { Groups } from './groups.ts'
import type { RowsOfWith } from './join.ts'
import { addOutcomes, type Outcome, type PlannedRule, type TranslationPlan } from './translate.ts'

/**
 * None where the rule is not about the input any more. One that no rule can be fired for as it was held fails with class
 * `unmapped`: it is not lost. Null where nothing of its mapping is in force. `promised`: by the catalog of that revision;
 * a column that was kept in another form fails whoever reads it, with class `schemaDrift`.
 */
export function translateHeld(
  held: KeptInput,
  plan: TranslationPlan,
  { rows, promised }: { readonly rows: RowsAtHand; readonly promised: KeptForms },
): readonly Outcome[] | null {
  const { carried, transaction, forms = {} } = held
  const retyped = retypedColumns(forms, promised)
  const own = [...plan.byTable.values()].flat().filter(({ mapping }) => mapping.name === held.identity.mapping)
  const rules = own.filter(({ rule }) => rule.table.name === carried.table && fits(rule, held))
  const [first] = own
  if (first === undefined) return null
  if (rules.length === 0) return [misfit(first, held)]
  const others = retyped.get(carried.table) ?? null
  const changes = carried.changes.map((change) => {
    const { before, after } = change
    return netChangeOf({ ...change, before: inForms(before, others), after: inForms(after, others) }, held)
  })
  const alone: TranslationPlan = { ...plan, byTable: new Map([[carried.table, rules]]) }
  const siblings = { joins: new CarriedRows(carried, retyped), groups: new Groups(changes) }
  const answers = new CarriedAnswers(carried, { rows, retyped })
  const outcomes: Outcome[] = []
  for (const change of changes) {
    const place = { net: change, single: change }
    addOutcomes({ place, transaction, rows: answers, siblings }, alone, outcomes)
  }
  return outcomes.filter(({ fired }) => isWanted(fired, held)).map((outcome) => told(outcome, held, answers))
}

/** Not what is said of the mapping as a whole, of which the rule is only one, and no other group. */
const isWanted = (fired: FiredInput, held: KeptInput): boolean =>
  held.carried.kind === 'unmapped' ||
  (fired.carried().kind !== 'unmapped' &&
    (held.carried.kind !== 'group' || fired.identity.group === held.identity.group))

/** Rows that were held alone are no group, and those of a group are none of another. */
function fits({ name, per }: CompiledRule, { identity, carried }: KeptInput): boolean {
  if (carried.kind === 'unmapped') return per.kind !== 'group'
  if (name !== identity.rule) return false
  if (carried.kind === 'change') return per.kind !== 'group'
  if (per.kind !== 'group' || carried.kind === 'ungrouped') return per.kind === 'group'
  return carried.changes.some(({ before, after }) =>
    [before, after].some((row) => row !== null && groupText(per, row) === identity.group),
  )
}

/** Null where a column of the group cannot be read. */
function groupText({ groupOf }: Extract<CompiledPer, { kind: 'group' }>, row: RowImage): string | null {
  try {
    return groupOf(row)
  } catch (error) {
    if (error instanceof ValueError) return null
    throw error
  }
}

function misfit({ mapping, rule: { place } }: PlannedRule, { identity, carried }: KeptInput): Outcome {
  const { rule: at } = identity
  const message = `the revision in force has no rule ${at} that fires for what was held of ${carried.table}`
  const fired: FiredInput = {
    scopes: [null],
    scopeSaid: null,
    identity,
    keys: () => null,
    refused: () => input,
    carried: () => carried,
  }
  const [{ op, before, after }] = carried.changes
  const failure = {
    class: 'unmapped',
    message,
    at,
    place,
    event: null,
    op,
    before,
    after,
    with: {},
    lookups: {},
  } as const
  const input = { identity, errorClass: 'unmapped', place, failure } as const
  return { kind: 'failed', mapping, fired, policy: mapping.policy('unmapped'), input }
}

/** Events of the same type came before it from the same anchor, and it says what it has read as of now. */
function told(outcome: Outcome, { eventsBefore }: KeptInput, { asksNow }: CarriedAnswers): Outcome {
  if (outcome.kind !== 'event') return outcome
  const { event } = outcome
  const { event: type, version } = event.publication
  const index = event.index + (eventsBefore[`${type}.v${version}`] ?? 0)
  return { ...outcome, event: { ...event, index, ...(asksNow && { lookedUp: 'release' }) } }
}

function netChangeOf(
  { offset, firstDerived, ...change }: CarriedChange,
  { carried, transaction }: KeptInput,
): NetChange {
  const { table } = carried
  const { op, before, after } = change
  const first: RowChange = {
    table,
    op: firstOps[op],
    before,
    after,
    key: null,
    rekey: null,
    committedAtUs: transaction.committedAtUs,
    offset,
    ...(firstDerived && { derived: firstDerived }),
    ...(carried.formsNamed && { formsNamed: carried.formsNamed }),
  }
  return { table, ...change, first }
}

/** By table, the columns that were kept in a form of their own. */
type Retyped = ReturnType<typeof retypedColumns>

const inTheirForms = (rows: readonly RowImage[], others: Forms | undefined): readonly RowImage[] =>
  others === undefined ? rows : rows.map((row) => new OtherFormImage(row, others))

const firstOps = { insert: 'c', update: 'u', rekey: 'd', delete: 'd', truncate: 't' } as const

class CarriedRows implements RowsOfWith {
  private readonly carried: CarriedInput
  private readonly retyped: Retyped

  constructor(carried: CarriedInput, retyped: Retyped) {
    this.carried = carried
    this.retyped = retyped
  }

  matching({ alias, table, where }: CompiledWith): readonly RowImage[] {
    const rows = Object.hasOwn(this.carried.with, alias) ? this.carried.with[alias] : undefined
    if (rows === undefined)
      throw new ValueError('unavailable', `${alias}: the input that was held carries no such rows`)
    return inTheirForms(rows, this.retyped.get(table)).filter(where)
  }
}

/** What was not asked when the input was held is answered by the rows as they are now. */
class CarriedAnswers implements RowsAtHand {
  private readonly answers: ReadonlyMap<string, CarriedAnswer>
  private readonly now: RowsAtHand
  private readonly retyped: Retyped
  /** Whether anything was asked that the input does not answer. */
  asksNow = false

  constructor({ answers }: CarriedInput, { rows, retyped }: { readonly rows: RowsAtHand; readonly retyped: Retyped }) {
    this.answers = new Map(answers.map((answer) => [questionText(answer.index, answer.key), answer]))
    this.now = rows
    this.retyped = retyped
  }

  find(index: RowIndex, key: string): readonly RowImage[] {
    const answer = this.answers.get(questionText(index.id, key))
    if (answer !== undefined) return inTheirForms(answer.rows, this.retyped.get(index.table))
    this.asksNow = true
    return this.now.find(index, key)
  }

  deleted(index: RowIndex, key: string): readonly RowImage[] {
    return this.answers.has(questionText(index.id, key)) ? [] : this.now.deleted(index, key)
  }

  knowsAll(table: TableName): boolean {
    return this.now.knowsAll(table)
  }
}

const questionText = (index: string, key: string): string => `${index}\0${key}`
