/** Reads one rule of a mapping file. */
import { isMap, isScalar, type Node } from 'yaml'
import {
  type Deprecation,
  type EachPart,
  type FieldPart,
  type LetPart,
  type PublishPart,
  type RulePart,
  snapshotUses,
} from './mapping-file.ts'
import { checkName, checkVariable } from './names.ts'
import { quoted } from './parse-yaml.ts'
import { readAnchor, readWiths } from './read-change.ts'
import { valueOfText } from './value-of-text.ts'
import type { Located, YamlReader } from './yaml-reader.ts'

export function readRule(reader: YamlReader, node: Node): RulePart | null {
  const parts = reader.map(node, {
    what: 'a rule',
    keys: ['name', 'on', 'with', 'when', 'let', 'snapshot', 'publish'],
    required: ['name', 'on', 'publish'],
  })
  const name = reader.string(parts.get('name'), 'name')
  const on = readAnchor(reader, parts.get('on'))
  const snapshot = reader.oneOf(parts.get('snapshot'), 'snapshot', snapshotUses)
  const items = reader.filledList(parts.get('publish'), 'publish')
  const publish = items.map((item) => readPublish(reader, item))
  if (name === null || on === null) return null
  return {
    place: reader.placeOf(node),
    name,
    on,
    with: readWiths(reader, parts.get('with') ?? null),
    when: reader.expression(parts.get('when'), 'when'),
    snapshot,
    let: readLets(reader, parts.get('let') ?? null),
    publish: publish.filter((part): part is PublishPart => part !== null),
  }
}

function readLets(reader: YamlReader, node: Node | null): Map<string, LetPart> {
  const lets = new Map<string, LetPart>()
  for (const [name, { keyNode, value }] of reader.cells(node, 'let')) {
    checkVariable(reader, name, keyNode)
    lets.set(name, { namePlace: reader.placeOf(keyNode), expression: reader.expression(value, name) })
  }
  return lets
}

const eventKeys = [
  'event',
  'version',
  'topic',
  'each',
  'as',
  'key',
  'subject',
  'time',
  'when',
  'contract',
  'deprecated',
  'fields',
]

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
    keys: eventKeys,
    required: ['event', 'fields'],
  })
  const event = reader.string(parts.get('event'), 'event')
  const topic = reader.string(parts.get('topic'), 'topic')
  if (topic !== null) checkName(reader, topic, 'topic')
  const file = parts.get('contract')
  if (file !== undefined) {
    reader.complain('FW2008', file, {
      message: "'contract' is not in this version",
      hint: 'the contract of an event is contracts/<Event>.v<version>.avsc',
    })
  }
  if (event === null) return null
  return {
    kind: 'event',
    event,
    version: reader.integer(parts.get('version'), 'version', [1, 9_999]) ?? 1,
    topic,
    each: readEach(reader, node, parts),
    key: reader.expression(parts.get('key'), 'key'),
    subject: reader.expression(parts.get('subject'), 'subject'),
    time: reader.expression(parts.get('time'), 'time'),
    when: reader.expression(parts.get('when'), 'when'),
    deprecated: readDeprecation(reader, parts.get('deprecated')),
    fields: readFields(reader, parts.get('fields') ?? null),
  }
}

function readEach(reader: YamlReader, node: Node, parts: ReadonlyMap<string, Node>): EachPart | null {
  const [each, as] = [parts.get('each'), parts.get('as')]
  if (each === undefined && as === undefined) return null
  const list = reader.expression(each, 'each')
  const variable = reader.string(as, 'as')
  if (as === undefined) {
    const hint = 'as: x, and the other expressions name its element x'
    return reader.complain('FW2004', node, { message: "publish has 'each' and no 'as'", hint })
  }
  if (each === undefined) {
    const hint = 'each: the list of which every element becomes an event'
    return reader.complain('FW2004', node, { message: "publish has 'as' and no 'each'", hint })
  }
  if (variable === null) return null
  checkVariable(reader, variable.value, as)
  return { list, as: variable }
}

function readDeprecation(reader: YamlReader, node: Node | undefined): Deprecation | null {
  if (node === undefined) return null
  const required = ['since', 'sunset']
  const parts = reader.map(node, { what: 'deprecated', keys: [...required, 'use'], required })
  const use = reader.locatedInteger(parts.get('use'), 'use', [1, 9_999])
  const day = (key: string): Located<string> | null => {
    const found = reader.string(parts.get(key), key)
    if (found === null || valueOfText(found.value, { kind: 'date' }) !== undefined) return found
    return reader.complain('FW2007', found.place, { message: `${key} is no day`, hint: 'as 2026-01-31' })
  }
  const [since, sunset] = [day('since'), day('sunset')]
  if (since === null || sunset === null) return null
  if (sunset.value < since.value) {
    const message = `sunset is ${sunset.value}, before the deprecation begins on ${since.value}`
    return reader.complain('FW2007', sunset.place, { message })
  }
  return { since: since.value, sunset: sunset.value, use }
}

function readFields(reader: YamlReader, node: Node | null): Map<string, FieldPart> {
  const fields = new Map<string, FieldPart>()
  for (const [name, { keyNode, value }] of reader.cells(node, 'fields')) {
    const places = { place: reader.placeOf(value), namePlace: reader.placeOf(keyNode) }
    const field = readField(reader, name, value)
    fields.set(name, { ...places, ...(field ?? { kind: 'mistake' }) })
  }
  return fields
}

type FieldForm = FieldPart extends infer P ? (P extends FieldPart ? Omit<P, 'place' | 'namePlace'> : never) : never

/** What says what the field holds, and what else may stand beside it. */
const fieldForms = { expr: ['allowPii'], const: [], fields: ['when'], each: ['as', 'fields'] } as const
const fieldKeys = ['expr', 'allowPii', 'const', 'when', 'each', 'as', 'fields']

function readField(reader: YamlReader, name: string, node: Node): FieldForm | null {
  const what = `field ${name}`
  if (isScalar(node) && node.type === 'PLAIN' && ['number', 'boolean'].includes(typeof node.value)) {
    const text = reader.sourceOf(node)
    const hint = `write ${quoted(text)}, or {const: ${text}}`
    return reader.complain('FW2006', node, { message: `${what} is an expression without quotes`, hint })
  }
  if (!isMap(node)) {
    const expression = reader.expression(node, what)
    return expression === null ? null : { kind: 'expression', expression, allowPii: null }
  }
  if (!fieldKeys.some((key) => node.has(key))) {
    return reader.complain('FW2006', node, {
      message: `${what} is an expression, YAML reads it as a map`,
      hint: `write ${quoted(reader.sourceOf(node))}, or a map with expr, const, fields or each`,
    })
  }
  const parts = reader.map(node, { what, keys: fieldKeys })
  const form = (['expr', 'const', 'each', 'fields'] as const).find((key) => parts.has(key))
  if (form === undefined) {
    return reader.complain('FW2004', node, { message: `${what} has none of expr, const, fields and each` })
  }
  const beside: readonly string[] = fieldForms[form]
  const extra = [...parts].find(([key]) => key !== form && !beside.includes(key))
  if (extra !== undefined) {
    return reader.complain('FW2007', extra[1], {
      message: `${what} has '${form}' and '${extra[0]}': it is one of them`,
    })
  }
  return readForm(reader, { what, form, node, parts })
}

/** Why personal data may leave; null where nothing is said. Of a reason that is none, that alone is to be said. */
function readReason(reader: YamlReader, what: string, node: Node | undefined): string | null {
  if (node === undefined) return null
  const found = reader.string(node, `allowPii of ${what}`)
  const says = isScalar(node) && typeof node.value === 'string' && node.value.trim() !== ''
  if (found !== null && !says) {
    const hint = 'allowPii: "age checks, agreed with the data protection officer"'
    reader.complain('FW2007', node, { message: `allowPii of ${what} is the reason why personal data may leave`, hint })
  }
  return found?.value ?? ''
}

function readForm(
  reader: YamlReader,
  { what, form, node, parts }: { what: string; form: keyof typeof fieldForms; node: Node; parts: Map<string, Node> },
): FieldForm | null {
  switch (form) {
    case 'const': {
      const text = reader.string(parts.get('const'), 'const')
      return text === null ? null : { kind: 'constant', text }
    }
    case 'expr': {
      const expression = reader.expression(parts.get('expr'), what)
      const allowPii = readReason(reader, what, parts.get('allowPii'))
      return expression === null ? null : { kind: 'expression', expression, allowPii }
    }
    case 'fields':
      return {
        kind: 'record',
        when: reader.expression(parts.get('when'), `when of ${what}`),
        fields: readFields(reader, parts.get('fields') ?? null),
      }
    case 'each': {
      const list = reader.expression(parts.get('each'), `each of ${what}`)
      const variable = reader.string(parts.get('as'), 'as')
      for (const key of ['as', 'fields']) {
        if (!parts.has(key)) reader.complain('FW2004', node, { message: `${what} has 'each' and no '${key}'` })
      }
      const as = parts.get('as')
      if (variable !== null && as !== undefined) checkVariable(reader, variable.value, as)
      if (list === null || variable === null) return null
      return { kind: 'each', each: list, as: variable, fields: readFields(reader, parts.get('fields') ?? null) }
    }
  }
}
