/** What a key of a file that people write, an error code or a function of expressions means. */
import { brand } from '../../brand.ts'
import { projectShape } from '../../config/project-shape.ts'
import { environmentName } from '../../config/setting.ts'
import { settings } from '../../config/settings.ts'
import { captureConditions } from '../../core/capture/connector/capture-conditions.ts'
import type { Condition } from '../../core/capture/connector/condition.ts'
import { checkedSettings } from '../../core/capture/connector/settings/checked-settings.ts'
import { catalogShape } from '../../core/catalog/catalog-json.ts'
import { errorCodes } from '../../core/diagnostics/error-codes.ts'
import type { ErrorCode } from '../../core/diagnostics/error-code.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import { type DescribedFunction, describedFunctions } from '../../core/expression/functions/described.ts'
import { mappingShape } from '../../core/mapping/file/shapes/mapping-shape.ts'
import { fixtureShape } from '../../core/mapping/fixtures/fixture-shape.ts'
import { migrationShape } from '../../core/migration/file/migration-shape.ts'
import type { Form } from '../../core/shape/form.ts'
import { type DescribedKey, describeKeys } from '../../core/shape/describe.ts'
import { classMeanings } from '../../core/values/value-error.ts'

export type Explanation =
  | ({ readonly kind: 'key'; readonly file: string; readonly environment: string | null } & DescribedKey)
  | ({ readonly kind: 'code'; readonly code: string } & Pick<ErrorCode, 'summary' | 'remedy' | 'disposition'>)
  | ({ readonly kind: 'function' } & DescribedFunction)
  | ({ readonly kind: 'condition' } & Pick<Condition, 'code' | 'what' | 'why' | 'remedy'>)
  | { readonly kind: 'class'; readonly name: string; readonly summary: string }

export type ExplainedKey = Extract<Explanation, { kind: 'key' }>

const settingPaths: ReadonlySet<string> = new Set(Object.values(settings).map(({ path }) => path))

const keysOf = (file: string, form: Form): readonly ExplainedKey[] =>
  describeKeys(form).map((key) => ({ kind: 'key', file, ...key, environment: null }))

/** Every key of the project file, outer ones before those inside of them. */
export const projectKeys: readonly ExplainedKey[] = keysOf(brand.projectFile, projectShape.form).map((key) => ({
  ...key,
  environment: settingPaths.has(key.path) ? environmentName(key.path) : null,
}))

export const mappingKeys = keysOf('mappings/<name>.yaml', mappingShape.form)
export const fixtureKeys = keysOf('mappings/<name>.test.yaml', fixtureShape.form)

export const migrationKeys = keysOf('migrations/<name>.yaml', migrationShape.form)

const catalogKeys = keysOf('catalog/<source>.json', catalogShape.form)

/** Settings of a connector file that must have certain values; the file may have others. */
export const connectorKeys: readonly ExplainedKey[] = checkedSettings.map(
  ({ name, accepted, standard, why, only }) => ({
    kind: 'key',
    file: only === undefined ? 'connectors/<name>.json' : `connectors/<name>.json of a ${only} source`,
    path: name,
    expected: accepted.join(' or '),
    doc: `Why: ${why}.`,
    presence: standard !== null && accepted.includes(standard) ? 'optional' : 'required',
    standard,
    environment: null,
  }),
)

const allKeys = [...projectKeys, ...mappingKeys, ...fixtureKeys, ...migrationKeys, ...catalogKeys, ...connectorKeys]

/**
 * A code, a function of the language, a condition of `doctor`, a class of failures, or a key of the project, mapping, fixture, migration, catalog and connector files with all
 * keys inside of it; where no file begins with the key, those that end with it. Where a function is called like a key both are given.
 *
 * Raises `UNKNOWN_NAME` that names the nearest.
 */
export function explain(asked: string): readonly Explanation[] {
  const code = asked.toUpperCase()
  const declared = errorCodes.get(code)
  if (declared !== undefined) {
    const { summary, remedy, disposition } = declared
    return [{ kind: 'code', code, summary, remedy, disposition }]
  }
  const fromRoot = allKeys.filter(({ path }) => isWithin(path, asked))
  const found = [
    ...distinct(fromRoot.length > 0 ? fromRoot : allKeys.filter(({ path }) => endsWith(path, asked))),
    ...describedFunctions.filter(({ name }) => name === asked).map((one) => ({ kind: 'function', ...one }) as const),
    ...captureConditions
      .filter((condition) => condition.code === asked)
      .map(({ code: name, what, why, remedy }) => ({ kind: 'condition', code: name, what, why, remedy }) as const),
    ...Object.entries(classMeanings)
      .filter(([name]) => name === asked)
      .map(([name, summary]) => ({ kind: 'class', name, summary }) as const),
  ]
  if (found.length > 0) return found
  const names = [
    ...describedFunctions.map(({ name }) => name),
    ...captureConditions.map((condition) => condition.code),
    ...Object.keys(classMeanings),
  ]
  const known = [...allKeys.map(({ path }) => path.replaceAll('[]', '')), ...errorCodes.keys(), ...names]
  throw new FalseworkError(
    'UNKNOWN_NAME',
    `there is no key, code, function, condition or class '${asked}'; ${suggestion(asked, known)}`,
  )
}

/** A key that several forms of one object have alike is explained once. */
const distinct = (keys: readonly ExplainedKey[]): readonly ExplainedKey[] => [
  ...new Map(keys.map((key) => [JSON.stringify(key), key])).values(),
]

/** The entries of a list stand for each. */
const stepsOf = (path: string): readonly string[] => path.replaceAll('[]', '').split('.')

const endsWith = (path: string, asked: string): boolean => {
  const [steps, last] = [stepsOf(path), asked.split('.')]
  return last.every((step, at) => steps[steps.length - last.length + at] === step)
}

/** Names that the author chooses stand for any. */
function isWithin(path: string, asked: string): boolean {
  const steps = stepsOf(path)
  return asked.split('.').every((step, at) => steps[at] === step || steps[at] === '<name>')
}
