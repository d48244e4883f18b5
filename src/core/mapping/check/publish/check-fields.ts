/** Fields of an event against its contract: every field has its type, every required one is there. */
import { nearestName, suggestion } from '../../../diagnostics/nearest-name.ts'
import type { Place } from '../../../diagnostics/problem.ts'
import { assign } from '../../../expression/elaborate/assign.ts'
import { whereTrue } from '../../../expression/elaborate/guarded-scope.ts'
import { repeatsOver } from '../../../expression/elaborate/lookup-call.ts'
import { describeType } from '../../../expression/types/expression-type.ts'
import type { ExpressionSource } from '../../../expression/syntax/reporter.ts'
import type { Frame, Scope } from '../../../expression/types/scope.ts'
import type { Nullable, ValueType } from '../../../values/type.ts'
import type { RecordValue, Value } from '../../../values/value.ts'
import type { CompiledField, Evaluation } from '../../compiled-mapping.ts'
import type { FieldPart } from '../../file/mapping-file.ts'
import { inField } from '../../run/field-error.ts'
import { valueOfText } from '../../file/value-of-text.ts'
import { type CheckContext, placeOf } from '../check-context.ts'
import { withVariable } from './variable.ts'
import { refusePersonalData } from '../personal-data.ts'
import { requiredExpression, roles } from '../required-expression.ts'

export interface TargetField {
  readonly name: string
  readonly type: Nullable<ValueType>
  readonly presence: 'required' | 'optional'
}

export interface FieldsCheck {
  readonly context: CheckContext
  readonly scope: Scope
  /** What the fields belong to, for messages: `OrderPlaced.v1`. */
  readonly owner: string
  readonly place: Place
  /** Collects the columns that each field reads. */
  readonly lineage: Map<string, ReadonlySet<string>>
  readonly path: string
  /** `unknown`: more of them would stand in groups that are not there, which has been reported; none is missing then. */
  readonly others: 'none' | 'unknown'
}

/** All fields, in the order of the contract; null where any has a mistake. */
export function checkFields(
  check: FieldsCheck,
  parts: ReadonlyMap<string, FieldPart>,
  targets: readonly TargetField[],
): CompiledField[] | null {
  const { findings } = check.context
  let sound = true
  const names = targets.map((target) => target.name)
  // Fields for which another name was written, which is said there: they are not left out as well.
  const meant = new Set<string | null>()
  for (const [name, part] of parts) {
    if (names.includes(name)) continue
    meant.add(nearestName(name, names))
    findings.complain('FW2305', part.namePlace, {
      message: `${check.owner} has no field '${name}'`,
      hint: suggestion(name, names),
    })
    sound = false
  }
  const compiled: CompiledField[] = []
  for (const target of targets) {
    const part = parts.get(target.name)
    if (part === undefined) {
      if (target.presence === 'optional' || meant.has(target.name) || check.others === 'unknown') continue
      const message = `${check.owner} requires '${target.name}' (${describeType(target.type.type)}), which is not mapped`
      findings.complain('FW2306', check.place, { message })
      sound = false
      continue
    }
    const field = checkField(check, { part, target })
    if (field === null) sound = false
    else compiled.push({ name: target.name, place: valuePlace(part), evaluate: field })
  }
  return sound ? compiled : null
}

const valuePlace = (part: FieldPart): Place => (part.kind === 'expression' ? placeOf(part.expression) : part.place)

type Evaluate = (frame: Frame) => Value

interface FieldCase<P extends FieldPart = FieldPart> {
  readonly part: P
  readonly target: TargetField
}

type ExpressionField = Extract<FieldPart, { kind: 'expression' }>

function checkField(check: FieldsCheck, { part, target }: FieldCase): Evaluate | null {
  switch (part.kind) {
    case 'expression':
      return checkExpression(check, { part, target })
    case 'constant':
      return checkConstant(check, { part, target })
    case 'record':
      return checkRecord(check, { part, target })
    case 'each':
      return checkEach(check, { part, target })
    case 'mistake':
      return null
  }
}

function checkExpression(check: FieldsCheck, { part, target }: FieldCase<ExpressionField>): Evaluate | null {
  const { context } = check
  const typed = context.compile(part.expression, check.scope)
  if (typed === null) {
    if (isText(target.type.type)) offerConstant(context, part.expression.text)
    return null
  }
  check.lineage.set(check.path + target.name, typed.reads)
  return context.reporting(part.expression, (reporter) => {
    if (part.allowPii === null) refusePersonalData(reporter, typed, `field ${target.name}`)
    const assigned = assign(reporter, typed, target)
    if (assigned === null || reporter.problems.some(({ severity }) => severity === 'error')) return null
    return target.type.nullable ? context.nullFields.guarded(assigned) : assigned.evaluate
  })
}

const isText = ({ kind }: ValueType): boolean => kind === 'string' || kind === 'enum'

/** A word that is no name was meant as a text, most likely. */
function offerConstant({ findings }: CheckContext, text: string): void {
  const last = findings.problems.at(-1)
  if (last?.code !== 'FW2102' || !/^[A-Za-z]\w*$/.test(text)) return
  const offer = `for a constant, write {const: ${text}}`
  const hint = last.hint === undefined ? offer : `${offer}; ${last.hint}`
  findings.problems[findings.problems.length - 1] = { ...last, hint }
}

/** A constant is typed by the field where it stands, never by its look. */
function checkConstant(
  check: FieldsCheck,
  { part, target }: FieldCase<Extract<FieldPart, { kind: 'constant' }>>,
): Evaluate | null {
  const { type, nullable } = target.type
  const { value: text, place } = part.text
  const value = valueOfText(text, type)
  // Infinities and what is no number may stand in a column, but in no event.
  if (value !== undefined && typeof value !== 'symbol') return () => value
  return check.context.findings.complain('FW2212', place, {
    message: `${target.name} is ${describeType(type, nullable)}, which '${text}' is not`,
  })
}

function checkRecord(
  check: FieldsCheck,
  { part, target }: FieldCase<Extract<FieldPart, { kind: 'record' }>>,
): Evaluate | null {
  const { type } = target.type
  if (type.kind !== 'record') return wrongForm(check, { part, target }, 'a record')
  const { when } = part
  const scope = whereTrue(check.scope, when)
  const fields = checkNested({ ...check, scope }, { part, target, record: type })
  if (when === null) return fields === null ? null : (frame) => recordOf(fields, frame)
  const guard = checkGuard(check, when, target)
  if (fields === null || guard === null) return null
  return (frame) => (isTrue(guard, frame) ? recordOf(fields, frame) : null)
}

function checkGuard({ context, scope, lineage, path }: FieldsCheck, when: ExpressionSource, target: TargetField) {
  const guard = requiredExpression(context, when, { scope, role: roles.guard })
  if (guard !== null) lineage.set(path + target.name, guard.typed.reads)
  if (target.type.nullable) return guard
  return context.findings.complain('FW2211', placeOf(when), {
    message: `${target.name} is required, and null where its condition is not true`,
    hint: 'the record is ["null", …] in its contract, or has no `when`',
  })
}

function isTrue({ evaluate, place }: Evaluation, frame: Frame): boolean {
  try {
    return evaluate(frame) === true
  } catch (error) {
    throw inField(error, { name: 'when', place })
  }
}

function checkEach(
  check: FieldsCheck,
  { part, target }: FieldCase<Extract<FieldPart, { kind: 'each' }>>,
): Evaluate | null {
  const { type } = target.type
  if (type.kind !== 'list' || type.element.type.kind !== 'record') {
    return wrongForm(check, { part, target }, 'a list of records')
  }
  const list = check.context.compile(part.each, check.scope)
  if (list === null) return null
  if (list.type.kind !== 'rows') {
    return check.context.reporting(part.each, (reporter) =>
      reporter.complain('FW2202', list.node, {
        message: `each needs rows, got ${describeType(list.type, list.nullable)}`,
      }),
    )
  }
  const slot = check.scope.takeSlot()
  const row = { ...list.type.row, name: part.as.value }
  const element = withVariable(check.context.findings, check.scope, {
    name: part.as,
    binding: { slot, type: row, nullable: false },
  })
  const scope = { ...element, repeats: check.scope.repeats * repeatsOver(list.node, check.scope) }
  const fields = checkNested({ ...check, scope }, { part, target, record: type.element.type })
  if (fields === null) return null
  return (frame) =>
    (list.evaluate(frame) as readonly Value[]).map((item) => {
      frame[slot] = item
      return recordOf(fields, frame)
    })
}

function checkNested(
  check: FieldsCheck,
  {
    part,
    target,
    record,
  }: {
    part: Extract<FieldPart, { kind: 'record' | 'each' }>
    target: TargetField
    record: Extract<ValueType, { kind: 'record' }>
  },
): CompiledField[] | null {
  const nested: FieldsCheck = {
    ...check,
    owner: `${check.owner} ${check.path}${target.name}`,
    place: part.place,
    path: `${check.path}${target.name}.`,
    others: 'none',
  }
  return checkFields(nested, part.fields, targetsOf(record))
}

function recordOf(fields: readonly CompiledField[], frame: Frame): RecordValue {
  const record: Record<string, Value> = {}
  let current: CompiledField | undefined
  try {
    for (const field of fields) {
      current = field
      record[field.name] = field.evaluate(frame)
    }
  } catch (error) {
    throw inField(error, current)
  }
  return record
}

/** Fields of a nested record: an optional one need not be mapped. */
const targetsOf = (record: Extract<ValueType, { kind: 'record' }>): TargetField[] =>
  [...record.fields].map(([name, type]) => ({ name, type, presence: type.nullable ? 'optional' : 'required' }))

function wrongForm(check: FieldsCheck, { part, target }: FieldCase, given: string): null {
  return check.context.findings.complain('FW2007', part.place, {
    message: `${target.name} is ${describeType(target.type.type, target.type.nullable)}, not ${given}`,
  })
}
