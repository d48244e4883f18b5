/** One rule against catalog and contracts, compiled. */
import type { Table } from '../../../catalog/catalog.ts'
import { provenKeys } from '../../../catalog/proven-keys.ts'
import { isStored } from '../../../rows/stored/stored-catalog.ts'
import { namedBefore, whereTrue } from '../../../expression/elaborate/guarded-scope.ts'
import type { CompiledPer, CompiledPublish, CompiledRule } from '../../compiled-mapping.ts'
import type { ChangePart, LetPart, MappingFile, RulePart } from '../../file/mapping-file.ts'
import { sharedNames } from '../../file/names.ts'
import { anchorNames } from './anchor-names.ts'
import type { CheckContext } from '../check-context.ts'
import { checkDerived } from './check-derived.ts'
import { checkPer } from './check-per.ts'
import { checkEvent, checkTombstone } from '../publish/check-publish.ts'
import { checkWith, compileChanged } from './check-with.ts'
import { nameOfEvent } from '../shared/told-once.ts'
import { unusedNames } from '../unused.ts'
import { requiredExpression, roles } from '../required-expression.ts'
import { type FileNames, RuleScope } from './rule-scope.ts'
import { tableColumns } from '../table-columns.ts'

export interface RuleCheck {
  readonly context: CheckContext
  readonly file: MappingFile
  readonly names: FileNames
  /** The table that an alias stands for; reports the mistake. */
  readonly tableOf: (part: ChangePart) => Table | null
}

/** Null when the rule has a mistake; all of them are reported. */
export function checkRule(check: RuleCheck, part: RulePart): CompiledRule | null {
  const { context, file } = check
  const table = check.tableOf(part.on)
  if (table === null) return null
  const mistakesBefore = errorCount(context)
  context.named.clear()
  requireChanged(context, part.on)
  refuseChanged(context, { part: part.on, what: 'the rule' })
  const takesDerived = checkDerived(context, { part: part.on, table })
  const { per, columns } = checkPer(context, { part: part.on, table })
  const anchor = { table, operations: part.on.operations, per: part.on.per, columns }
  const scope = new RuleScope(anchorNames(context, anchor), check.names, context.surroundings.pseudonymKeys)
  if (per === null) scope.addMistaken('group')
  const changed = compileChanged(context, { part: part.on, columns: tableColumns(context, table) })
  const withs = [...part.with].map(([alias, withPart]) => {
    const theirs = withPart === null ? null : check.tableOf(withPart)
    if (withPart !== null && theirs !== null) {
      refuseChanged(context, { part: withPart, what: `with ${alias}` })
      requireProvenKey(context, { alias, part: withPart, table: theirs })
      requireJoinedBefore(context, { alias, part: withPart, table: theirs })
      return checkWith(context, { alias, part: withPart, table: theirs, scope, takesDerived })
    }
    scope.addMistaken(alias)
    return null
  })
  addLets(context, scope, part)
  const when = requiredExpression(context, part.when, { scope: scope.scope, role: roles.condition })
  const publishing = { context, file, rule: part, table, scope: whereTrue(scope.scope, part.when) }
  const publish = part.publish.map((item) =>
    item.kind === 'event'
      ? context.within(nameOfEvent(part, item), () => checkEvent(publishing, item))
      : checkTombstone(publishing, item),
  )
  requireBeforeImage(context, { part: part.on, table })
  requireSnapshotRows(context, { part, table, per })
  if (per === null || errorCount(context) > mistakesBefore) return null
  context.unused.push(...unusedNames(part, context.named))
  return {
    mapping: file.name.value,
    name: part.name.value,
    place: part.place,
    table,
    per,
    operations: new Set(part.on.operations),
    takesDerived,
    changed,
    snapshot: part.snapshot?.value ?? 'skip',
    withs: withs.filter((item) => item !== null),
    when,
    guardReads: when !== null && scope.readsJoined(when.typed) ? 'joined' : 'anchor',
    letSlots: scope.letSlots,
    frameSize: scope.slots,
    publish: publish.filter((item): item is CompiledPublish => item !== null),
  }
}

const errorCount = ({ findings }: CheckContext): number =>
  findings.problems.filter(({ severity }) => severity === 'error').length

function requireChanged({ findings }: CheckContext, part: ChangePart): void {
  if (!part.operations.includes('update') || part.changed !== null) return
  findings.complain('FW2308', part.place, {
    message: 'a rule on update must say which columns it is about',
    hint: 'changed: [columns], or changed: any',
  })
}

/** No other change has columns of which some differ. */
function refuseChanged({ findings }: CheckContext, { part, what }: { part: ChangePart; what: string }): void {
  const { operations, changed, place } = part
  if (changed === null || operations.length === 0 || operations.includes('update')) return
  findings.complain('FW2007', place, {
    message: `'changed' is about updates, and ${what} is on ${operations.join(', ')}`,
  })
}

/** What a row was before must be in the log or in the row store. */
function requireBeforeImage(context: CheckContext, { part, table }: { part: ChangePart; table: Table }): void {
  const needs = part.operations.find(
    (operation) => operation === 'update' || operation === 'delete' || operation === 'rekey',
  )
  if (needs !== undefined) refusePartialRows(context, { part, table, what: `a rule on ${needs}` })
}

/** Rows of a snapshot come to rules from the row store, as inserts. */
function requireSnapshotRows(
  { findings, surroundings }: CheckContext,
  { part: { snapshot, on }, table, per }: { part: RulePart; table: Table; per: CompiledPer | null },
): void {
  if (snapshot === null || snapshot.value === 'skip') return
  const rows = 'rows of a snapshot'
  if (per?.kind === 'group') {
    const message = `${rows} come one by one, and the rule fires for groups`
    findings.complain('FW2007', snapshot.place, { message, hint: 'leave `per` out, or `snapshot`' })
  }
  if (!on.operations.includes('insert')) {
    const message = `${rows} come as inserts, and the rule is on ${on.operations.join(', ')}`
    findings.complain('FW2007', snapshot.place, { message, hint: 'on: {op: [insert, ...]}' })
  }
  if (surroundings.keepsRows(table)) return
  findings.complain('FW2007', snapshot.place, {
    message: `${rows} are kept of no table without a key, nor of an excluded one`,
  })
}

/** Without a proven key each change stands alone: a row that is changed twice would be joined as two rows. */
function requireProvenKey(
  { findings }: CheckContext,
  { alias, part, table }: { alias: string; part: ChangePart; table: Table },
): void {
  if (provenKeys(table).length > 0) return
  findings.complain('FW2316', part.place, {
    message: `with ${alias}: no key of ${table.name} tells its rows apart, so one that changes twice is two`,
  })
}

/** Of a row of `with` the last image is read, which is the one before for a delete; `changed` compares both. */
function requireJoinedBefore(
  context: CheckContext,
  { alias, part, table }: { alias: string; part: ChangePart; table: Table },
): void {
  const compares = part.operations.includes('update') && part.changed !== null && part.changed !== 'any'
  if (part.operations.includes('delete')) refusePartialRows(context, { part, table, what: `with ${alias} on delete` })
  else if (compares) refusePartialRows(context, { part, table, what: `with ${alias} and changed` })
}

function refusePartialRows(
  { findings, surroundings }: CheckContext,
  { part, table, what }: { part: ChangePart; table: Table; what: string },
): void {
  if (table.replicaIdentity === 'full' || surroundings.keepsRows(table)) return
  const identity = `its replica identity is ${table.replicaIdentity ?? 'unknown'}`
  const [why, hint] = isStored(table)
    ? ['its rows are excluded from the row store', `take ${table.name} out of rows.exclude in falsework.yaml`]
    : ['no key tells its rows apart', `ALTER TABLE ${table.name} REPLICA IDENTITY FULL, then falsework catalog pull`]
  findings.complain('FW2312', part.place, {
    message: `${what} of ${table.name} reads the row before, but ${identity}, and ${why}`,
    hint,
  })
}

/** What the guard does not read is evaluated behind it, and knows what the guard has said of null. */
function addLets(context: CheckContext, scope: RuleScope, { when, let: lets }: RulePart): void {
  const before = namedBefore(when, new Map([...lets].map(([name, { expression }]) => [name, expression])))
  for (const [name, part] of lets) addLet(context, scope, { name, part, guard: before.has(name) ? null : when })
}

function addLet(
  context: CheckContext,
  scope: RuleScope,
  { name, part: { expression, namePlace }, guard }: { name: string; part: LetPart; guard: RulePart['when'] },
): void {
  if (expression === null) {
    scope.addMistaken(name)
    return
  }
  if (scope.has(name)) {
    context.findings.complain('FW2313', namePlace, { message: `'${name}' is taken: ${sharedNames}` })
    return
  }
  const typed = context.compile(expression, whereTrue(scope.scope, guard))
  if (typed === null) scope.addMistaken(name)
  else scope.addLet(name, typed)
}
