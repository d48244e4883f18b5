/** How a setting is declared: once, with shape, default and what it is for; all else that is known of it derives. */
import { brand } from '../brand.ts'
import type { Shape } from '../core/shape/shape.ts'

export interface Setting<T> {
  /** Section and key in the project file. */
  readonly path: `${string}.${string}`
  readonly shape: Shape<T>
  /** null: none, which means what `doc` says. */
  readonly standard: T
  readonly doc: string
}

export const setting = <T>(path: Setting<T>['path'], declared: Omit<Setting<T>, 'path'>): Setting<T> => ({
  path,
  ...declared,
})

/** `kafka.requestTimeoutMs` → `FALSEWORK_KAFKA_REQUEST_TIMEOUT_MS` */
export function environmentName(path: string): string {
  const words = path.replace(/([a-z])([A-Z])/g, '$1_$2').replaceAll('.', '_')
  return `${brand.environmentPrefix}${words.toUpperCase()}`
}
