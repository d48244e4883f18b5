/** What takes down, in a legacy database, that from which the connector of a source has read. */
import { settingOf } from '../../capture/connector/settings/setting-value.ts'
import type { ConnectorSettings } from '../../capture/connector/capture-findings.ts'
import type { SourceKind } from '../../catalog/catalog.ts'
import { postgresNames } from '../../catalog/sql-names.ts'
import { dollarQuoted } from '../guard/sql/postgres-guard-body.ts'
import type { GuardStatement } from '../guard/guard-place.ts'

const { quoted, literal } = postgresNames

export interface CaptureRemoval {
  /** For an account that may replicate, as the connector's own does. */
  readonly slot: GuardStatement
  /** For an account that owns the publication. */
  readonly publication: GuardStatement
}

/** Carried out again they change nothing. Null: on MariaDB a connector leaves nothing behind but its account. */
export function captureRemoval(kind: SourceKind, connector: ConnectorSettings): CaptureRemoval | null {
  if (kind !== 'postgres') return null
  const slot = settingOf(connector, 'slot.name') ?? 'debezium'
  const publication = settingOf(connector, 'publication.name') ?? 'dbz_publication'
  return {
    slot: { purpose: `the database keeps no log for replication slot ${slot} any more`, sql: dropSlot(literal(slot)) },
    publication: {
      purpose: `publication ${publication} goes`,
      sql: `DROP PUBLICATION IF EXISTS ${quoted(publication)}`,
    },
  }
}

/** A connector that has just been stopped holds its slot for some moments more. */
const dropSlot = (name: string): string =>
  `DO ${dollarQuoted(`
BEGIN
  FOR tries IN 1..100 LOOP
    EXIT WHEN NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ${name} AND active);
    PERFORM pg_sleep(0.1);
  END LOOP;
  PERFORM pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ${name};
END
`)}`
