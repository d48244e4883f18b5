/** What a key of the project file, an error code or a function means. */
import { projectShape } from '../../config/project-shape.ts'
import { environmentName } from '../../config/setting.ts'
import { settings } from '../../config/settings.ts'
import { errorCodes } from '../../core/diagnostics/error-codes.ts'
import type { ErrorCode } from '../../core/diagnostics/error-code.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import { type DescribedFunction, describedFunctions } from '../../core/expression/functions/described.ts'
import { type DescribedKey, describeKeys } from '../../core/shape/describe.ts'

export type Explanation =
  | ({ readonly kind: 'key'; readonly environment: string | null } & DescribedKey)
  | ({ readonly kind: 'code'; readonly code: string } & Pick<ErrorCode, 'summary' | 'remedy' | 'disposition'>)
  | ({ readonly kind: 'function' } & DescribedFunction)

type ExplainedKey = Extract<Explanation, { kind: 'key' }>

const settingPaths: ReadonlySet<string> = new Set(Object.values(settings).map(({ path }) => path))

/** Every key of the project file, outer ones before those inside of them. */
export const projectKeys: readonly ExplainedKey[] = describeKeys(projectShape.form).map((key) => ({
  kind: 'key',
  ...key,
  environment: settingPaths.has(key.path) ? environmentName(key.path) : null,
}))

/**
 * A code, a function of the language, or a key of the project file with all keys inside of it: keys have names of
 * their own, but where a function is called like one both are given.
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
  const found = [
    ...projectKeys.filter(({ path }) => isWithin(path, asked)),
    ...describedFunctions.filter(({ name }) => name === asked).map((one) => ({ kind: 'function', ...one }) as const),
  ]
  if (found.length > 0) return found
  const names = describedFunctions.map(({ name }) => name)
  const known = [...projectKeys.map(({ path }) => path), ...errorCodes.keys(), ...names]
  throw new FalseworkError('UNKNOWN_NAME', `there is no key, code or function '${asked}'; ${suggestion(asked, known)}`)
}

/** Names that the author chooses stand for any. */
function isWithin(path: string, asked: string): boolean {
  const steps = path.split('.')
  return asked.split('.').every((step, at) => steps[at] === step || steps[at] === '<name>')
}
