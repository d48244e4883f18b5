/** What the connector needs so that fence and sync rows come through the raw log as every other change. */
import type { ConnectorSettings } from '../../capture/connector/capture-findings.ts'
import { selectingViolations } from '../../capture/connector/settings/selecting-settings.ts'
import { settingOf } from '../../capture/connector/settings/setting-value.ts'
import type { Column, Table, TableName } from '../../catalog/catalog.ts'
import { postgresNames } from '../../catalog/sql-names.ts'
import { fenceTable, type GuardPlace, syncTable } from './guard-place.ts'

/** `published`: the tables of the publication; null: there is none, or it was not asked. What is to be done, in order. */
export function captureSteps(
  place: GuardPlace,
  connector: ConnectorSettings,
  published: readonly string[] | null,
): readonly string[] {
  const own = [fenceTable(place), syncTable(place)]
  const lists = selectingViolations(connector, own.map(ownTable)).map(
    ({ found, remedy }) => `the connector leaves out what it must capture (${found}): ${remedy}`,
  )
  if (place.kind !== 'postgres') return lists
  const missing = own.filter((name) => published?.includes(name) !== true)
  return missing.length === 0 ? lists : [...lists, publicationStep(connector, missing)]
}

function publicationStep(connector: ConnectorSettings, missing: readonly TableName[]): string {
  const { quoted, quotedTable } = postgresNames
  const publication = quoted(settingOf(connector, 'publication.name') ?? 'dbz_publication')
  return `ALTER PUBLICATION ${publication} ADD TABLE ${missing.map(quotedTable).join(', ')}; the connector must capture both tables`
}

const column = (name: string): Column => ({ name, type: 'bigint', nullable: false })

const ownTable = (name: TableName): Table => ({
  name,
  columns: ['mapping', 'scope', 'owner', 'epoch', 'seq'].map(column),
  primaryKey: [],
  uniqueKeys: [],
  foreignKeys: [],
  replicaIdentity: null,
})
