/** Ownership as it stands in its topic: one record for each mapping and scope, the newest of which counts. */
import type { SourcePosition } from '../capture/row-change.ts'
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import { nullable, openObject, required } from '../shape/composites.ts'
import { parseJson } from '../shape/json/json-tree.ts'
import { refine } from '../shape/modifiers.ts'
import { integer, oneOf, text } from '../shape/scalars.ts'
import { readParsed, type ReadShape, type Shape } from '../shape/shape.ts'
import { type Owner, type Ownership, owners } from './ownership.ts'
import type { Scope } from './stage.ts'

/** Of one scope of a mapping. */
export interface OwnedScope extends Ownership {
  readonly mapping: string
  readonly scope: Scope
}

const supportedFormat = 1

export interface OwnershipRecord {
  readonly key: Buffer
  readonly value: Buffer
}

export const encodeOwnership = (owned: OwnedScope): OwnershipRecord => ({
  key: Buffer.from(ownershipKey(owned)),
  value: Buffer.from(JSON.stringify({ format: supportedFormat, ...owned })),
})

/** Names of mappings have no blanks, so that no two scopes have one key. */
export const ownershipKey = ({ mapping, scope }: Pick<OwnedScope, 'mapping' | 'scope'>): string =>
  scope === null ? mapping : `${mapping} ${scope}`

export const ownedScope: Shape<OwnedScope> = openObject({
  mapping: required(text, 'Its name.'),
  scope: required(nullable(text), 'A value of its structural scope; null: everything that has no record of its own.'),
  owner: required(oneOf(owners), 'Who may publish.'),
  epoch: required(integer(0), 'Only grows.'),
  position: required(
    refine(nullable(text), (position) => position as SourcePosition | null),
    'Of the source transaction that has decided it.',
  ),
})

const header = openObject({ format: required(integer(), 'Of the record.') })

/** Raises `NEWER_FORMAT` for a record of a later build, `OWNERSHIP_UNREADABLE` for anything else that it cannot read. */
export function decodeOwnership(value: Buffer): OwnedScope {
  const parsed = parseJson(value.toString())
  const { format } = soundOf(readParsed(header, parsed))
  if (format > supportedFormat) {
    throw new FalseworkError(
      'NEWER_FORMAT',
      `a record of ownership has format ${format}, this build reads ${supportedFormat}`,
    )
  }
  return soundOf(readParsed(ownedScope, parsed))
}

function soundOf<T>(read: ReadShape<T>): T {
  if (read.kind === 'value') return read.value
  throw new FalseworkError(
    'OWNERSHIP_UNREADABLE',
    `a record of ownership cannot be read: ${read.mistakes[0]?.message ?? ''}`,
  )
}

/** Takes up the next record of the topic. Raises as `decodeOwnership` does. */
export function takeOwnership(
  records: Map<string, OwnedScope>,
  { key, value }: { readonly key: Buffer | null; readonly value: Buffer | null },
): void {
  if (value === null) {
    records.delete(key?.toString() ?? '')
    return
  }
  const owned = decodeOwnership(value)
  records.set(ownershipKey(owned), owned)
}

/** The owner of a scope by the records that were read, under their keys: its own one, else that of all. */
export function ownerOf(
  records: ReadonlyMap<string, Pick<OwnedScope, 'owner' | 'epoch'>>,
  mapping: string,
  scope: Scope,
): { readonly owner: Owner; readonly epoch: number } {
  const own = records.get(ownershipKey({ mapping, scope })) ?? records.get(ownershipKey({ mapping, scope: null }))
  return own ?? { owner: 'legacy', epoch: 1 }
}
