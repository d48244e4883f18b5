/** The hash that names a revision by its content. */
import { hash } from 'node:crypto'
import { catalogToJson } from '../catalog/catalog-json.ts'
import type { RevisionContent } from './control-record.ts'

/** Enough that nothing in one installation shares it by chance; short enough to stand in a header of every event. */
const hashDigits = 16

/** Of everything that decides about the bytes of events; not of who registered it, when, or on which state. */
export function revisionHash(content: RevisionContent): string {
  return canonicalHash({ ...content, catalog: catalogToJson(content.catalog) })
}

/** Equal for equal content, in whatever order its keys are. */
export const canonicalHash = (value: unknown): string =>
  hash('sha256', canonicalJson(value), 'hex').slice(0, hashDigits)

/** JSON with the keys of every object in code unit order, so that equal content is equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
