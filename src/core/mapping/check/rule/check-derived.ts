/** `derived`: changes that foreign keys make, of which the log of the database has nothing. */
import type { ForeignKey, Table } from '../../../catalog/catalog.ts'
import { changesSilently, isFollowed } from '../../../rows/cascades/cascade.ts'
import { isStored } from '../../../rows/stored/stored-catalog.ts'
import type { AnchorPart, RowOperation } from '../../file/mapping-file.ts'
import type { CheckContext } from '../check-context.ts'

/** Whether the rule is about them. Warns where the file does not say it and there are any. */
export function checkDerived(
  context: CheckContext,
  { part, table }: { readonly part: AnchorPart; readonly table: Table },
): boolean {
  const { findings } = context
  const keys = table.foreignKeys.filter(changesSilently)
  const { derived } = part
  const isWanted = derived?.value === true
  if (keys.length === 0) {
    if (derived !== null && isWanted) {
      findings.complain('FW2007', derived.place, {
        message: `no foreign key changes rows of ${table.name} without a word in the log`,
        hint: 'leave `derived` out: what is in the log is no derived change',
      })
    }
    return false
  }
  const concerned = keys.filter((key) => effectsOf(key).some((operation) => part.operations.includes(operation)))
  if (derived !== null && isWanted) requireFollowed(context, { place: derived.place, table, keys: concerned })
  if (derived === null && concerned.length > 0) {
    findings.complain('FW2331', part.place, {
      message: `the database changes rows of ${table.name} by ${concerned.map(clause).join(', ')} and logs nothing of it`,
      hint: 'derived: true, and the rule fires for these changes; derived: false, if it need not',
    })
  }
  return isWanted
}

function requireFollowed(
  { findings, surroundings }: CheckContext,
  {
    place,
    table,
    keys,
  }: { readonly place: AnchorPart['place']; readonly table: Table; readonly keys: readonly ForeignKey[] },
): void {
  if (!surroundings.keepsRows(table)) {
    const hint = isStored(table)
      ? `take ${table.name} out of rows.exclude in falsework.yaml`
      : `a primary key for ${table.name}, then falsework catalog pull`
    findings.complain('FW2330', place, {
      message: `what foreign keys change in ${table.name} is known from its rows alone, and they are not kept`,
      hint,
    })
  }
  const unfollowed = keys.filter((key) => !isFollowed(key, table))
  if (unfollowed.length === 0) return
  findings.complain('FW2332', place, {
    message: `${table.name} has ${unfollowed.map(clause).join(', ')}, whose rows only the database can find`,
    hint: 'let the application change these rows itself, under RESTRICT',
  })
}

/** What becomes of rows. A column of a foreign key may be one of the row's own key. */
function effectsOf({ onDelete, onUpdate = 'no action' }: ForeignKey): readonly RowOperation[] {
  const changes = onDelete === 'set null' || onDelete === 'set default' || isChanging(onUpdate)
  return [...(onDelete === 'cascade' ? (['delete'] as const) : []), ...(changes ? (['update', 'rekey'] as const) : [])]
}

function clause({ columns, references, onDelete, onUpdate = 'no action' }: ForeignKey): string {
  const actions = [
    ...(isChanging(onDelete) ? [`ON DELETE ${onDelete.toUpperCase()}`] : []),
    ...(isChanging(onUpdate) ? [`ON UPDATE ${onUpdate.toUpperCase()}`] : []),
  ]
  return `${columns.join(', ')} → ${references} ${actions.join(' ')}`
}

const isChanging = (action: ForeignKey['onDelete']): boolean => action !== 'no action' && action !== 'restrict'
