/** Keys that tell rows apart, which the row store needs. */
import { provenKeys } from '../../../catalog/proven-keys.ts'
import { type Condition, ofDatabase, violatedBy } from '../condition.ts'

export const rowKeyConditions: readonly Condition[] = [
  {
    code: 'rows-told-apart',
    what: 'a key tells the rows of each captured table apart, unless the table is under rows.exclude',
    why: 'rows without such a key are not kept: no look-up reads the table, and rules read what a row was under FULL only',
    remedy:
      'give the table an immediate primary key and run `falsework catalog pull`, or name it under rows.exclude of its source in falsework.yaml',
    weight: 'risks',
    judge: ofDatabase(({ tables }, { keptTables }) =>
      violatedBy(
        keptTables
          .filter((table) => provenKeys(table).length === 0 && tables.some(({ name }) => name === table.name))
          .map(({ name }) => ({ found: `no key tells the rows of ${name} apart: they are not kept` })),
      ),
    ),
  },
]
