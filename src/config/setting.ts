/** How a setting is declared: once, with type, default, unit and summary; parser, environment name and reference derive from it. */

export type SettingValue = string | number | readonly string[]

export interface Setting<T extends SettingValue> {
  readonly path: string
  readonly kind: 'text' | 'number' | 'list'
  readonly default: T
  readonly summary: string
  /** For numbers: the smallest and largest value allowed. */
  readonly bounds?: readonly [min: number, max: number]
}

type Declaration<T extends SettingValue> = Omit<Setting<T>, 'path' | 'kind'>

export const text = (path: string, declaration: Declaration<string>): Setting<string> => ({
  ...declaration,
  path,
  kind: 'text',
})

export const number = (path: string, declaration: Declaration<number>): Setting<number> => ({
  ...declaration,
  path,
  kind: 'number',
})

export const list = (path: string, declaration: Declaration<readonly string[]>): Setting<readonly string[]> => ({
  ...declaration,
  path,
  kind: 'list',
})

/** `kafka.requestTimeoutMs` → `FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS` */
export function environmentName(prefix: string, path: string): string {
  return (
    prefix +
    path
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .replaceAll('.', '_')
      .toUpperCase()
  )
}
