/** One rule against catalog and contracts, compiled. */
import type { Table } from '../../catalog/catalog.ts'
import { suggestion } from '../../diagnostics/nearest-name.ts'
import { columnReaders } from '../../expression/column-readers.ts'
import { describeType, type ExpressionType } from '../../expression/expression-type.ts'
import { reasonOf } from '../../expression/operators.ts'
import type { ExpressionSource } from '../../expression/reporter.ts'
import type { CodeTable, Scope } from '../../expression/scope.ts'
import type {
  CompiledEvent,
  CompiledPublish,
  CompiledRule,
  CompiledTombstone,
  Evaluation,
} from '../compiled-mapping.ts'
import type { ChangePart, EventPart, MappingFile, RulePart, TombstonePart } from '../file/mapping-file.ts'
import { type CheckContext, placeOf } from './check-context.ts'
import { checkFields, refusePersonalData } from './check-fields.ts'
import { checkWith, compileChanged } from './check-with.ts'
import { RuleScope } from './rule-scope.ts'

export interface RuleCheck {
  readonly context: CheckContext
  readonly file: MappingFile
  readonly codes: ReadonlyMap<string, CodeTable>
  /** The table that an alias stands for; reports the mistake. */
  readonly tableOf: (part: ChangePart) => Table | null
}

/** Null when the rule has a mistake; all of them are reported. */
export function checkRule(check: RuleCheck, part: RulePart): CompiledRule | null {
  const { context, file } = check
  const table = check.tableOf(part.on)
  if (table === null) return null
  const mistakesBefore = errorCount(context)
  requireChanged(context, part.on)
  const scope = new RuleScope(check.codes, context.surroundings.pseudonymKeys)
  scope.addAnchor(context, table, part.on.operations)
  const columns = columnReaders(table, context.surroundings.settings)
  const changed = compileChanged(context, { part: part.on, table, columns })
  const withs = [...part.with].map(([alias, withPart]) => {
    const theirs = check.tableOf(withPart)
    return theirs === null ? null : checkWith(context, { alias, part: withPart, table: theirs, scope })
  })
  for (const [name, source] of part.let) addLet(context, scope, { name, source })
  const when = part.when === null ? null : condition(context, part.when, scope.scope)
  const publish = part.publish.map((item) =>
    item.kind === 'event'
      ? checkEvent(check, { part: item, rule: part, scope })
      : checkTombstone(check, { part: item, scope }),
  )
  requireBeforeImage(context, { part: part.on, table })
  if (errorCount(context) > mistakesBefore) return null
  return {
    mapping: file.name.value,
    name: part.name,
    place: part.place,
    table,
    operations: new Set(part.on.operations),
    changed,
    withs: withs.filter((item) => item !== null),
    when,
    letSlots: scope.letSlots,
    frameSize: scope.slots,
    publish: publish.filter((item): item is CompiledPublish => item !== null),
  }
}

const errorCount = ({ reader }: CheckContext): number =>
  reader.problems.filter(({ severity }) => severity === 'error').length

function requireChanged({ reader }: CheckContext, part: ChangePart): void {
  if (!part.operations.includes('update') || part.changed !== null) return
  reader.complain('FW2308', part.place, {
    message: 'a rule on update must say which columns it is about',
    hint: 'changed: [columns], or changed: any',
  })
}

/** Until there is a row store, what a row was before must be in the log. */
function requireBeforeImage({ reader }: CheckContext, { part, table }: { part: ChangePart; table: Table }): void {
  const needs = part.operations.find(
    (operation) => operation === 'update' || operation === 'delete' || operation === 'rekey',
  )
  if (needs === undefined || table.replicaIdentity === 'full') return
  reader.complain('FW2312', part.place, {
    message: `a rule on ${needs} of ${table.name} reads the row before, but its replica identity is ${table.replicaIdentity ?? 'unknown'}`,
    hint: `ALTER TABLE ${table.name} REPLICA IDENTITY FULL, then falsework catalog pull`,
  })
}

function addLet(
  context: CheckContext,
  scope: RuleScope,
  { name, source }: { name: string; source: ExpressionSource },
): void {
  if (scope.has(name)) {
    context.reader.complain('FW2313', placeOf(source), {
      message: `'${name}' is taken: with aliases, lets and codes share their names`,
    })
    return
  }
  const typed = context.compile(source, scope.scope)
  if (typed !== null) scope.addLet(name, typed)
}

function condition(context: CheckContext, source: ExpressionSource, scope: Scope): Evaluation | null {
  return required(context, source, { scope, kinds: ['bool'], what: 'a condition' })
}

/** An expression that must have one of some types and never be null. */
function required(
  context: CheckContext,
  source: ExpressionSource,
  { scope, kinds, what }: { scope: Scope; kinds: readonly ExpressionType['kind'][]; what: string },
): Evaluation | null {
  const typed = context.compile(source, scope)
  if (typed === null) return null
  return context.reporting(source, (reporter) => {
    const code = what === 'a condition' ? 'FW2205' : 'FW2212'
    if (!kinds.includes(typed.type.kind)) {
      const message = `${what} is ${kinds[0] ?? ''}, this is ${describeType(typed.type, typed.nullable)}`
      return reporter.complain(code, typed.node, { message, hint: kinds[0] === 'string' ? 'use string(x)' : '' })
    }
    if (typed.nullable) {
      const text = reporter.text(typed.node)
      return reporter.complain('FW2211', typed.node, { message: `${what} is never null, ${reasonOf(typed, text)}` })
    }
    if (kinds.includes('string')) refusePersonalData(reporter, typed, what)
    return { place: placeOf(source), evaluate: typed.evaluate }
  })
}

const textKinds = ['string', 'enum', 'uuid'] as const

function checkKey(check: RuleCheck, part: EventPart | TombstonePart, scope: Scope): Evaluation | null {
  const source = part.key ?? check.file.defaults.key
  if (source !== null) return required(check.context, source, { scope, kinds: textKinds, what: 'a key' })
  const place = part.kind === 'event' ? part.event.place : part.topic.place
  return check.context.reader.complain('FW2004', place, {
    message: `${part.kind === 'event' ? part.event.value : 'the tombstone'} has no 'key', and defaults have none`,
  })
}

function checkTombstone(
  check: RuleCheck,
  { part, scope }: { part: TombstonePart; scope: RuleScope },
): CompiledTombstone | null {
  const key = checkKey(check, part, scope.scope)
  const when = part.when === null ? null : condition(check.context, part.when, scope.scope)
  return key === null ? null : { kind: 'tombstone', topic: part.topic.value, key, when }
}

function checkEvent(
  check: RuleCheck,
  { part, rule, scope: ruleScope }: { part: EventPart; rule: RulePart; scope: RuleScope },
): CompiledEvent | null {
  const { context, file } = check
  const { reader, surroundings } = context
  const { scope } = ruleScope
  const name = `${part.event.value}.v${part.version}`
  const contract = surroundings.contracts.get(name)
  if (contract === undefined) {
    return reader.complain('FW2304', part.event.place, {
      message: `there is no contract for ${name}`,
      hint: suggestion(name, surroundings.contracts.keys()),
    })
  }
  const topic = part.topic ?? file.defaults.topic
  if (topic === null) {
    return reader.complain('FW2004', part.event.place, { message: `${name} has no 'topic', and defaults have none` })
  }
  const lineage = new Map<string, ReadonlySet<string>>()
  const fields = checkFields(
    { context, scope, owner: name, place: part.event.place, lineage, path: '' },
    part.fields,
    contract.fields.map((field) => ({
      name: field.name,
      type: field,
      presence: field.hasDefault ? 'optional' : 'required',
    })),
  )
  const key = checkKey(check, part, scope)
  const subject =
    part.subject === null ? null : required(context, part.subject, { scope, kinds: textKinds, what: 'a subject' })
  const time =
    part.time === null ? null : required(context, part.time, { scope, kinds: ['timestamp'], what: 'an event time' })
  const when = part.when === null ? null : condition(context, part.when, scope)
  if (fields === null || key === null) return null
  const publication = Object.freeze({
    mapping: file.name.value,
    rule: rule.name,
    event: part.event.value,
    version: part.version,
    topic: topic.value,
    contract,
  })
  return { kind: 'event', publication, when, key, subject, time, fields, lineage }
}
