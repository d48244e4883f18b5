/** One entry of `publish` against its contract, compiled. */
import type { Table } from '../../../catalog/catalog.ts'
import { suggestion } from '../../../diagnostics/nearest-name.ts'
import type { Contract } from '../../../event/contract/contract.ts'
import { whereTrue } from '../../../expression/elaborate/guarded-scope.ts'
import { elementOf, named } from '../../../expression/elaborate/lists.ts'
import { lookupIn, repeatsOver } from '../../../expression/elaborate/lookup-call.ts'
import { describeType } from '../../../expression/types/expression-type.ts'
import type { ExpressionSource } from '../../../expression/syntax/reporter.ts'
import type { Scope } from '../../../expression/types/scope.ts'
import type { CompiledEvent, CompiledKey, CompiledTombstone } from '../../compiled-mapping.ts'
import type {
  Deprecation,
  EventPart,
  FieldPart,
  MappingFile,
  RulePart,
  TombstonePart,
} from '../../file/mapping-file.ts'
import type { Located } from '../../file/names.ts'
import { type CheckContext, placeOf } from '../check-context.ts'
import { checkFields, type FieldsCheck } from './check-fields.ts'
import { withVariable } from './variable.ts'
import { requiredExpression, type RequiredExpression, roles } from '../required-expression.ts'

export interface PublishCheck {
  readonly context: CheckContext
  readonly file: MappingFile
  readonly rule: RulePart
  /** The table of the anchor. */
  readonly table: Table
  readonly scope: Scope
}

export function checkTombstone(check: PublishCheck, part: TombstonePart): CompiledTombstone | null {
  const { context, scope } = check
  refuseOwnTopic(context, part.topic)
  const key = checkKey({ ...check, scope: whereTrue(scope, part.when) }, part)
  const when = requiredExpression(context, part.when, { scope, role: roles.condition })
  const { value: topic, place } = part.topic
  return key === null ? null : { kind: 'tombstone', place, topic, key, when }
}

export function checkEvent(entry: PublishCheck, part: EventPart): CompiledEvent | null {
  const { context, file, rule } = entry
  const { each, scope: unguarded } = checkElement(entry, part.each)
  const scope = whereTrue(unguarded, part.when)
  const check = { ...entry, scope }
  const contract = findContract(check, part)
  const topic = part.topic ?? file.defaults.topic
  if (topic === null) {
    context.findings.complain('FW2004', part.event.place, {
      message: `${typeOf(part)} has no 'topic', and defaults have none`,
    })
  } else refuseOwnTopic(context, topic)
  const lineage = new Map<string, ReadonlySet<string>>()
  if (contract === null) compileAlone(check, part.fields)
  const owner = {
    context,
    scope,
    owner: typeOf(part),
    place: part.event.place,
    lineage,
    path: '',
    others: othersOf(part, file),
  }
  const fields = contract === null ? null : checkFields(owner, part.fields, targetsOf(contract))
  const key = checkKey(check, part)
  const subject = requiredExpression(context, part.subject, { scope, role: roles.subject })
  const time = requiredExpression(context, part.time, { scope, role: roles.time })
  const when = requiredExpression(context, part.when, { scope: unguarded, role: roles.condition })
  if (contract === null || topic === null || fields === null || key === null) return null
  const publication = Object.freeze({
    mapping: file.name.value,
    rule: rule.name.value,
    event: part.event.value,
    version: part.version,
    topic: topic.value,
    contract,
    ...(part.deprecated !== null && { deprecated: daysOf(part.deprecated) }),
  })
  const successor = part.deprecated?.use ?? null
  const parts = { each, when, key, subject, time, fields, lineage }
  return { kind: 'event', place: part.event.place, publication, successor, ...parts }
}

const othersOf = ({ use }: EventPart, { shared }: MappingFile): FieldsCheck['others'] =>
  use?.every(({ value }) => shared.fields.get(value) != null) === true ? 'none' : 'unknown'

const daysOf = ({ since, sunset }: Deprecation) => ({ since, sunset })

interface ElementCheck {
  readonly each: CompiledEvent['each']
  /** In which the variable stands for an element. */
  readonly scope: Scope
}

function checkElement({ context, scope }: PublishCheck, part: EventPart['each']): ElementCheck {
  if (part === null) return { each: null, scope }
  const { list: source, as: name } = part
  const { value: variable } = name
  // Of what the variable would have been, nothing is said.
  const mistaken = { each: null, scope: { ...scope, mistaken: new Set([...(scope.mistaken ?? []), variable]) } }
  const list = source === null ? null : context.compile(source, scope)
  if (source === null || list === null) return mistaken
  const element = elementOf(list)
  if (element === null) {
    const message = `each needs a list, got ${describeType(list.type, list.nullable)}`
    context.findings.complain('FW2202', placeOf(source), { message })
    return mistaken
  }
  // Whoever waits for a failed input must know the keys of all its events.
  if (list.failure === 'possible') context.failingKeys.push(placeOf(source))
  const slot = scope.takeSlot()
  const within = withVariable(context.findings, scope, {
    name,
    binding: { ...element, slot, type: named(element.type, variable) },
  })
  return {
    each: { place: placeOf(source), evaluate: list.evaluate, slot },
    scope: { ...within, repeats: scope.repeats * repeatsOver(list.node, scope) },
  }
}

function refuseOwnTopic({ findings, surroundings }: CheckContext, topic: Located<string>): void {
  if (!surroundings.isOwnTopic(topic.value)) return
  findings.complain('FW2317', topic.place, { message: `topic '${topic.value}' is kept for falsework's own records` })
}

const typeOf = ({ event, version }: EventPart): string => `${event.value}.v${version}`

const targetsOf = ({ fields }: Contract) =>
  fields.map((field) => ({
    name: field.name,
    type: field,
    presence: field.hasDefault ? ('optional' as const) : ('required' as const),
  }))

/** A breaking version has a namespace of its own: `com.acme.orders.v2`. */
function findContract({ context, file }: PublishCheck, part: EventPart): Contract | null {
  const { contracts, mistakenContracts } = context.surroundings
  const name = typeOf(part)
  const contract = contracts.get(name)
  if (mistakenContracts?.has(name) === true) {
    context.lacksContract = true
    return null
  }
  if (contract === undefined) {
    return context.findings.complain('FW2304', part.event.place, {
      message: `there is no contract for ${name}`,
      hint: suggestion(name, contracts.keys()),
    })
  }
  const { namespace } = file.defaults
  const major = part.version === 1 ? '' : `.v${part.version}`
  const expected = namespace === null ? contract.fullName : `${namespace.value}${major}.${part.event.value}`
  if (contract.fullName !== expected) {
    const message = `the contract of ${name} is ${contract.fullName}, under defaults it would be ${expected}`
    context.findings.complain('FW2304', part.event.place, { message })
  }
  return contract
}

/** Without a contract there is nothing to compare with, but names and operators have mistakes of their own. */
function compileAlone(check: PublishCheck, fields: ReadonlyMap<string, FieldPart>): void {
  for (const part of fields.values()) {
    if (part.kind === 'expression') check.context.compile(part.expression, check.scope)
    if (part.kind !== 'record') continue
    requiredExpression(check.context, part.when, { scope: check.scope, role: roles.guard })
    compileAlone({ ...check, scope: whereTrue(check.scope, part.when) }, part.fields)
  }
}

function checkKey(check: PublishCheck, part: EventPart | TombstonePart): CompiledKey | null {
  const { context, file, scope } = check
  const source = part.key ?? file.defaults.key
  const [place, name] =
    part.kind === 'event' ? [part.event.place, part.event.value] : [part.topic.place, 'the tombstone']
  if (source === null) {
    return context.findings.complain('FW2004', place, { message: `${name} has no 'key', and defaults have none` })
  }
  const key = requiredExpression(context, source, { scope, role: roles.key })
  if (key !== null) judgeLookup(check, { part, key, source })
  if (key?.typed.failure === 'possible') context.failingKeys.push(key.place)
  const column = key === null ? undefined : mutableColumn(check, key)
  if (column !== undefined) {
    context.findings.complain('FW2315', source.place(0, source.text.length), {
      message: `the key reads ${column}, which can change: later events of the row get another key`,
    })
  }
  return key === null ? null : { place: key.place, evaluate: key.evaluate, reads: key.typed.reads }
}

/** A key that goes through a look-up is another one when the row there changes: a tombstone would delete nothing. */
function judgeLookup(
  { context, scope }: PublishCheck,
  { part, key, source }: { part: EventPart | TombstonePart; key: RequiredExpression; source: ExpressionSource },
): void {
  const lookup = lookupIn(key.typed.node, scope)
  if (lookup === undefined) return
  const place = placeOf(source)
  if (part.kind === 'tombstone') {
    const message = `the key of a tombstone goes through look-up ${lookup}: it must be that of the events that it deletes`
    context.findings.complain('FW2320', place, { message, hint: 'take columns of the row itself' })
  } else {
    const message = `the key goes through look-up ${lookup}: when the row there changes, later events get another key`
    context.findings.complain('FW2319', place, { message })
  }
}

/** A column of the anchor that an update can change; a row of another key is another row, a group always the same. */
function mutableColumn({ table, rule }: PublishCheck, { typed }: RequiredExpression): string | undefined {
  if (rule.on.per.kind === 'group') return undefined
  const own = `${table.name}.`
  if (table.primaryKey.length === 0) return undefined
  return [...typed.reads].find((read) => read.startsWith(own) && !table.primaryKey.includes(read.slice(own.length)))
}
