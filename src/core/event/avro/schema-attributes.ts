/** What types and fields of a schema say of themselves beside name and type, as Avro takes it. */
import { nearestName } from '../../diagnostics/nearest-name.ts'
import type { JsonObject } from '../../diagnostics/json-object.ts'
import type { Path } from '../../shape/tree.ts'
import { exactJson } from '../../values/exact-json.ts'
import { fullNamePattern, namePattern } from './schema-names.ts'

/** Says what is wrong with the node at a path of the schema. */
export type Say = (path: Path, message: string) => void

const primitives: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
])
/** What is read of a contract's record, beside what Avro itself knows of one. */
export const contractKeys = [
  'type',
  'name',
  'namespace',
  'doc',
  'aliases',
  'fields',
  'owner',
  'compatibility',
  'draft',
] as const
export const fieldKeys = ['name', 'type', 'doc', 'default', 'order', 'aliases'] as const

/**
 * Says of each key that most likely is one of the known ones, misspelt: its sense would be lost. Avro allows others, and
 * they are taken as they are; so is one that stands beside what it is near to.
 */
export function checkKeys(
  written: JsonObject,
  known: readonly string[],
  { path, say }: { readonly path: Path; readonly say: Say },
): void {
  const missing = known.filter((key) => !(key in written))
  for (const key of Object.keys(written)) {
    const near = known.includes(key) ? null : nearestName(key, missing)
    if (near !== null) say([...path, key], `unknown key ${key}: did you mean "${near}"?`)
  }
}

const orders: readonly unknown[] = ['ascending', 'descending', 'ignore']

/** Of a record or an enum whose name is one. */
export function checkNamedType(schema: JsonObject, name: string, { path, say }: { path: Path; say: Say }): void {
  const last = name.slice(name.lastIndexOf('.') + 1)
  if (primitives.has(last)) say([...path, 'name'], `${last} is a type of Avro's own`)
  const { namespace } = schema
  if (namespace !== undefined && namespace !== '' && !isMatch(fullNamePattern, namespace)) {
    say([...path, 'namespace'], `${exactJson(namespace)} is no namespace: names with dots between them`)
  }
  checkAliases(schema, { pattern: fullNamePattern, path, say })
}

export function checkField(field: JsonObject, { path, say }: { path: Path; say: Say }): void {
  const { order } = field
  if (order !== undefined && !orders.includes(order)) {
    say([...path, 'order'], `${exactJson(order)} is no order: ascending, descending or ignore`)
  }
  checkAliases(field, { pattern: namePattern, path, say })
}

/** Of an enum: the symbol that readers take for one that they do not know. */
export function checkEnumDefault(
  schema: JsonObject,
  symbols: readonly string[],
  { path, say }: { path: Path; say: Say },
): void {
  const symbol = schema['default']
  if (symbol === undefined || symbols.some((one) => one === symbol)) return
  say([...path, 'default'], `${exactJson(symbol)} is no symbol of the enum: one of ${symbols.join(', ')}`)
}

interface AliasCheck {
  readonly pattern: RegExp
  readonly path: Path
  readonly say: Say
}

function checkAliases({ aliases }: JsonObject, { pattern, path, say }: AliasCheck): void {
  if (aliases === undefined) return
  if (!Array.isArray(aliases)) {
    say([...path, 'aliases'], `aliases are a list of names, got ${exactJson(aliases)}`)
    return
  }
  for (const [index, alias] of aliases.entries()) {
    if (!isMatch(pattern, alias)) say([...path, 'aliases', index], `${exactJson(alias)} is no name`)
  }
}

const isMatch = (pattern: RegExp, value: unknown): boolean => typeof value === 'string' && pattern.test(value)
