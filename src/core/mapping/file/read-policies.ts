/** Reads `onError`: what becomes of an input that a rule fails on, by class of failure. */
import { isMap, type Node } from 'yaml'
import { type ErrorClass, errorClasses } from '../../values/value-error.ts'
import { type MappingFile, policies, type PolicyPart } from './mapping-file.ts'
import type { YamlReader } from './yaml-reader.ts'

/** Failures of an event as a whole, or of what is no field: no expression of a field raises them. */
const ofNoField: ReadonlySet<ErrorClass> = new Set(['unmapped', 'contract', 'tooLarge', 'internal'])

type Named = ErrorClass | 'default'

export function readPolicies(reader: YamlReader, node: Node | null): MappingFile['onError'] {
  const found = new Map<Named, PolicyPart>()
  const parts = reader.map(node, { what: 'onError', keys: ['default', ...errorClasses] })
  for (const named of ['default', ...errorClasses] as const) {
    const value = parts.get(named)
    const policy = value === undefined ? null : readPolicy(reader, named, value)
    if (policy !== null) found.set(named, policy)
  }
  return found
}

function readPolicy(reader: YamlReader, named: Named, node: Node): PolicyPart | null {
  const place = reader.placeOf(node)
  if (isMap(node)) return readSkip(reader, named, node)
  const policy = reader.oneOf(node, `the policy for ${named}`, policies)
  if (policy === null) return null
  const { value: name } = policy
  switch (name) {
    case 'skip': {
      const hint = `${named === 'default' ? 'badDate' : named}: {skip: "why these inputs may be lost"}`
      return reader.complain('FW2004', place, { message: `policy skip for ${named} has no reason`, hint })
    }
    case 'nullField':
      return isOfFields(reader, named, node) ? { name, place } : null
    case 'holdKey':
    case 'holdMapping':
      reader.complain('FW2311', place, { message: `${name} is not in this version: haltSource stands in for it` })
      return { name, place }
    case 'deadLetter':
    case 'haltSource':
      return { name, place }
  }
}

/** `{skip: "legacy test rows"}` */
function readSkip(reader: YamlReader, named: Named, node: Node): PolicyPart | null {
  const what = `the policy for ${named}`
  const parts = reader.map(node, { what, keys: ['skip'], required: ['skip'] })
  const reason = reader.string(parts.get('skip'), 'the reason to skip')
  if (reason === null) return null
  if (reason.value.trim() === '') {
    return reader.complain('FW2007', reason.place, { message: `policy skip for ${named} has an empty reason` })
  }
  if (named === 'default') {
    const message = 'the default cannot be skip: inputs are skipped class by class, each with its reason'
    return reader.complain('FW2007', node, { message, hint: 'take deadLetter or haltSource' })
  }
  return { name: 'skip', place: reader.placeOf(node), reason: reason.value }
}

function isOfFields(reader: YamlReader, named: Named, node: Node): boolean {
  if (named !== 'default' && !ofNoField.has(named)) return true
  const message =
    named === 'default'
      ? 'the default cannot be nullField: it stands in where a failed field may not be null'
      : `policy nullField never applies to ${named}, which no expression of a field raises`
  reader.complain('FW2007', node, { message, hint: 'take deadLetter or haltSource' })
  return false
}
