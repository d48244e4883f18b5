/** What a key of the project file or an error code means. */
import { projectShape } from '../../config/project-shape.ts'
import { environmentName } from '../../config/setting.ts'
import { settings } from '../../config/settings.ts'
import { errorCodes } from '../../core/diagnostics/error-codes.ts'
import type { ErrorCode } from '../../core/diagnostics/error-code.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { suggestion } from '../../core/diagnostics/nearest-name.ts'
import { type DescribedKey, describeKeys } from '../../core/shape/describe.ts'

export type Explanation =
  | ({ readonly kind: 'key'; readonly environment: string | null } & DescribedKey)
  | ({ readonly kind: 'code'; readonly code: string } & Pick<ErrorCode, 'summary' | 'remedy' | 'disposition'>)

type ExplainedKey = Extract<Explanation, { kind: 'key' }>

const settingPaths: ReadonlySet<string> = new Set(Object.values(settings).map(({ path }) => path))

/** Every key of the project file, outer ones before those inside of them. */
export const projectKeys: readonly ExplainedKey[] = describeKeys(projectShape.form).map((key) => ({
  kind: 'key',
  ...key,
  environment: settingPaths.has(key.path) ? environmentName(key.path) : null,
}))

/**
 * A code, or a key of the project file with all keys inside of it.
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
  const keys = projectKeys.filter(({ path }) => isWithin(path, asked))
  if (keys.length > 0) return keys
  const known = [...projectKeys.map(({ path }) => path), ...errorCodes.keys()]
  throw new FalseworkError('UNKNOWN_NAME', `there is no key or code '${asked}'; ${suggestion(asked, known)}`)
}

/** Names that the author chooses stand for any. */
function isWithin(path: string, asked: string): boolean {
  const steps = path.split('.')
  return asked.split('.').every((step, at) => steps[at] === step || steps[at] === '<name>')
}
