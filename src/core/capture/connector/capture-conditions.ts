/** What must hold of a connector, a raw log and a database, so that nothing is lost before falsework sees it. */
import { accountConditions } from './conditions/account-conditions.ts'
import { binaryLogConditions } from './conditions/binary-log-conditions.ts'
import type { SourceKind } from '../../catalog/catalog.ts'
import { columnTypeConditions } from './conditions/column-type-conditions.ts'
import { type Condition, ok, of, violated } from './condition.ts'
import { mariadbTableConditions } from './conditions/mariadb-table-conditions.ts'
import { publicationConditions } from './conditions/publication-conditions.ts'
import { rawLogConditions } from './conditions/raw-log-conditions.ts'
import { replicaIdentityConditions } from './conditions/replica-identity-conditions.ts'
import { rowKeyConditions } from './conditions/row-key-conditions.ts'
import { routeConditions } from './conditions/route-conditions.ts'
import type { ConnectedKind } from './settings/setting-value.ts'
import { settingConditions } from './settings/setting-conditions.ts'
import { snapshotConditions } from './conditions/snapshot-conditions.ts'
import { slotConditions } from './conditions/slot-conditions.ts'
import { storedOffsetConditions } from './conditions/stored-offset-conditions.ts'

/** What the connector's configuration alone decides; `validate` says it of the project's file. */
export const configurationConditions: readonly Condition[] = [...settingConditions, ...routeConditions]

export const captureConditions: readonly Condition[] = [
  {
    code: 'connector',
    what: 'Kafka Connect has the connector of the source',
    why: 'nothing is captured',
    remedy: 'run `falsework connector apply`',
    weight: 'loses',
    judge: ({ connector }) =>
      of(connector, (settings) => (settings === null ? violated('there is no such connector') : ok)),
  },
  ...configurationConditions,
  ...snapshotConditions,
  ...rawLogConditions,
  ...onlyOf('postgres', slotConditions),
  ...onlyOf('mariadb', binaryLogConditions),
  ...storedOffsetConditions,
  ...onlyOf('postgres', publicationConditions),
  ...onlyOf('postgres', replicaIdentityConditions),
  ...accountConditions,
  ...rowKeyConditions,
  ...onlyOf('postgres', columnTypeConditions),
  ...onlyOf('mariadb', mariadbTableConditions),
]

/** Those of them that are about a kind of database, or about every one. */
export const conditionsOf = (
  kind: SourceKind,
  conditions: readonly Condition[] = captureConditions,
): readonly Condition[] => conditions.filter(({ only }) => only === undefined || only === kind)

function onlyOf(kind: ConnectedKind, conditions: readonly Condition[]): readonly Condition[] {
  return conditions.map((condition) => ({ ...condition, only: kind }))
}
