/** Who owns scopes, as the commands show it that change that. */
import type { DecidedOwner } from '../../../app/migrate/handover/await-owners.ts'
import { scopeText } from '../../../core/migration/stage.ts'
import type { Column } from '../../output.ts'

export interface OwnerLine extends Omit<DecidedOwner, 'scope'> {
  readonly scope: string
}

export const ownerLine = (owned: DecidedOwner): OwnerLine => ({ ...owned, scope: scopeText(owned.scope) })

export const ownerColumns: readonly Column<OwnerLine>[] = [
  { title: 'MAPPING', text: ({ mapping }) => mapping },
  { title: 'SCOPE', text: ({ scope }) => scope },
  { title: 'OWNER', text: ({ owner }) => owner },
  { title: 'EPOCH', align: 'right', text: ({ epoch }) => String(epoch) },
]
