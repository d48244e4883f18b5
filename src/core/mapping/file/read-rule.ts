/** Reads one rule of a mapping file. */
import { isMap, isScalar, type Node } from 'yaml'
import {
  type ChangePart,
  type FieldPart,
  type PublishPart,
  type RowBounds,
  type RowOperation,
  rowOperations,
  type RulePart,
  type WithPart,
} from './mapping-file.ts'
import type { Located, YamlReader } from './yaml-reader.ts'
import { checkName } from './names.ts'
import type { ExpressionSource } from '../../expression/reporter.ts'

export function readRule(reader: YamlReader, node: Node): RulePart | null {
  const parts = reader.map(node, {
    what: 'a rule',
    keys: ['name', 'on', 'with', 'when', 'let', 'snapshot', 'publish'],
    required: ['name', 'on', 'publish'],
  })
  const name = reader.string(parts.get('name'), 'name')
  const on = readChange(reader, parts.get('on'), { what: 'on', more: ['per'] })
  const snapshot = reader.oneOf(parts.get('snapshot'), 'snapshot', ['skip', 'as-insert', 'only'])
  if (snapshot !== null && snapshot.value !== 'skip') {
    reader.complain('FW2008', snapshot.place, {
      message: `snapshot: ${snapshot.value} needs the row store, which this version does not have`,
      hint: 'take skip, which is the default',
    })
  }
  const publish = reader.list(parts.get('publish'), 'publish').map((item) => readPublish(reader, item))
  if (name === null || on === null) return null
  return {
    place: reader.placeOf(node),
    name: name.value,
    on,
    with: readWiths(reader, parts.get('with') ?? null),
    when: reader.expression(parts.get('when'), 'when'),
    let: readExpressions(reader, parts.get('let') ?? null, 'let'),
    publish: publish.filter((part): part is PublishPart => part !== null),
  }
}

function readExpressions(reader: YamlReader, node: Node | null, what: string): Map<string, ExpressionSource> {
  const expressions = new Map<string, ExpressionSource>()
  for (const [name, value] of reader.named(node, what)) {
    const expression = reader.expression(value, name)
    if (expression !== null) expressions.set(name, expression)
  }
  return expressions
}

function readChange(
  reader: YamlReader,
  node: Node | undefined,
  shape: { readonly what: string; readonly more: readonly string[] },
): ChangePart | null {
  if (node === undefined) return null
  const parts = reader.map(node, {
    what: shape.what,
    keys: ['table', 'op', 'changed', ...shape.more],
    required: ['table', 'op'],
  })
  const per = parts.get('per')
  if (per !== undefined && (!isScalar(per) || per.value !== 'row')) {
    reader.complain('FW2008', per, {
      message: 'only per: row is in this version',
      hint: 'leave `per` out: a rule fires once for each net change of a row',
    })
  }
  const table = reader.string(parts.get('table'), 'table')
  const operations = reader
    .oneOrMore(parts.get('op'))
    .map((item) => reader.oneOf(item, 'op', rowOperations)?.value ?? null)
    .filter((operation): operation is RowOperation => operation !== null)
  return table === null
    ? null
    : { place: reader.placeOf(node), table, operations, changed: readChanged(reader, parts.get('changed')) }
}

function readChanged(reader: YamlReader, node: Node | undefined): ChangePart['changed'] {
  if (node === undefined) return null
  if (isScalar(node) && node.value === 'any') return 'any'
  const columns = reader.list(node, 'changed').map((item) => reader.string(item, 'a column of changed'))
  return columns.filter((column): column is Located<string> => column !== null)
}

function readWiths(reader: YamlReader, node: Node | null): Map<string, WithPart> {
  const withs = new Map<string, WithPart>()
  for (const [alias, value] of reader.named(node, 'with')) {
    const more = ['match', 'where', 'rows', 'orderBy']
    const change = readChange(reader, value, { what: `with ${alias}`, more })
    if (!isMap(value) || change === null) continue
    const entry = (key: string): Node | undefined => value.get(key, true) ?? undefined
    const match = new Map<string, { column: WithPart['place']; expression: ExpressionSource }>()
    for (const [column, item] of reader.named(entry('match') ?? null, 'match')) {
      const expression = reader.expression(item, `match ${column}`)
      if (expression !== null) match.set(column, { column: reader.placeOf(item), expression })
    }
    if (match.size === 0) reader.complain('FW2004', value, { message: `with ${alias} has no 'match'` })
    const where = new Map<string, Located<string>>()
    for (const [column, item] of reader.named(entry('where') ?? null, 'where')) {
      const constant = reader.string(item, `where ${column}`)
      if (constant !== null) where.set(column, constant)
    }
    withs.set(alias, {
      ...change,
      match,
      where,
      rows: readBounds(reader, entry('rows'), { alias, node: value }),
      orderBy: reader.string(entry('orderBy'), 'orderBy'),
    })
  }
  return withs
}

function readBounds(reader: YamlReader, node: Node | undefined, owner: { alias: string; node: Node }): RowBounds {
  const text = reader.string(node, 'rows')
  const [, min, max] = /^(\d+)\.\.(\d+)$/.exec(text?.value ?? '') ?? []
  if (min !== undefined && max !== undefined && Number(min) <= Number(max))
    return { min: Number(min), max: Number(max) }
  if (node === undefined) {
    reader.complain('FW2004', owner.node, {
      message: `with ${owner.alias} has no 'rows'`,
      hint: 'rows: 1..1, 0..1 or 0..500',
    })
  } else reader.complain('FW2007', node, { message: `rows must be min..max`, hint: 'rows: 1..1, 0..1 or 0..500' })
  return { min: 0, max: 1 }
}

function readPublish(reader: YamlReader, node: Node): PublishPart | null {
  if (isMap(node) && node.has('tombstone')) {
    const parts = reader.map(node, { what: 'a tombstone', keys: ['tombstone', 'key', 'when'] })
    const topic = reader.string(parts.get('tombstone'), 'tombstone')
    if (topic === null) return null
    checkName(reader, topic, 'topic')
    const [key, when] = [reader.expression(parts.get('key'), 'key'), reader.expression(parts.get('when'), 'when')]
    return { kind: 'tombstone', topic, key, when }
  }
  const parts = reader.map(node, {
    what: 'publish',
    keys: ['event', 'version', 'topic', 'key', 'subject', 'time', 'when', 'contract', 'deprecated', 'fields'],
    required: ['event', 'fields'],
  })
  const event = reader.string(parts.get('event'), 'event')
  const topic = reader.string(parts.get('topic'), 'topic')
  if (topic !== null) checkName(reader, topic, 'topic')
  for (const later of ['contract', 'deprecated']) {
    const found = parts.get(later)
    if (found !== undefined) reader.complain('FW2008', found, { message: `'${later}' is not in this version` })
  }
  if (event === null) return null
  return {
    kind: 'event',
    event,
    version: reader.integer(parts.get('version'), 'version', [1, 9_999]) ?? 1,
    topic,
    key: reader.expression(parts.get('key'), 'key'),
    subject: reader.expression(parts.get('subject'), 'subject'),
    time: reader.expression(parts.get('time'), 'time'),
    when: reader.expression(parts.get('when'), 'when'),
    fields: readFields(reader, parts.get('fields') ?? null),
  }
}

function readFields(reader: YamlReader, node: Node | null): Map<string, FieldPart> {
  const fields = new Map<string, FieldPart>()
  for (const [name, value] of reader.named(node, 'fields')) {
    const field = readField(reader, name, value)
    if (field !== null) fields.set(name, field)
  }
  return fields
}

function readField(reader: YamlReader, name: string, node: Node): FieldPart | null {
  const place = reader.placeOf(node)
  if (!isMap(node)) {
    const expression = reader.expression(node, `field ${name}`)
    return expression === null ? null : { kind: 'expression', expression, allowPii: null, place }
  }
  const parts = reader.map(node, { what: `field ${name}`, keys: ['expr', 'allowPii', 'const', 'each', 'as', 'fields'] })
  const constant = parts.get('const')
  if (constant !== undefined) {
    const text = reader.string(constant, 'const')
    return text === null ? null : { kind: 'constant', text: text.value, place: text.place }
  }
  const [expr, each, fields] = [parts.get('expr'), parts.get('each'), parts.get('fields') ?? null]
  if (expr !== undefined) {
    const expression = reader.expression(expr, `field ${name}`)
    const allowPii = reader.string(parts.get('allowPii'), 'allowPii')?.value ?? null
    return expression === null ? null : { kind: 'expression', expression, allowPii, place }
  }
  if (each !== undefined) {
    const list = reader.expression(each, `each of ${name}`)
    const variable = reader.string(parts.get('as'), 'as')
    if (variable === null) reader.complain('FW2004', node, { message: `field ${name} has 'each' and no 'as'` })
    if (list === null || variable === null) return null
    return { kind: 'each', each: list, as: variable.value, fields: readFields(reader, fields), place }
  }
  if (fields !== null) return { kind: 'record', fields: readFields(reader, fields), place }
  return reader.complain('FW2005', node, {
    message: `field ${name} must be an expression, or a map with expr, const, fields or each`,
  })
}
