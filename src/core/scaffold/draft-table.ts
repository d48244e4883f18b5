/** The files of a first mapping for a table: every change of a row becomes an event, until somebody says what it means. */
import type { CaptureSettings } from '../capture/connector/capture-settings.ts'
import type { Table, Trigger } from '../catalog/catalog.ts'
import { draftContracts } from './draft-contracts.ts'
import { draftFixtures } from './draft-fixtures.ts'
import { draftMapping } from './draft-mapping.ts'
import { draftedColumns } from './drafted-columns.ts'
import { draftNames } from './draft-names.ts'
import type { DraftParts } from './draft-parts.ts'
import { unnamedOwner } from '../mapping/file/names.ts'
import { aboutRows, codesText, noSample, rowsText, type SampleFacts } from './sample-facts.ts'

export interface DraftFile {
  /** Relative to the project. */
  readonly path: string
  readonly text: string
}

export interface Draft {
  /** What the table is: its columns and key, and about how many rows it has. */
  readonly about: string
  readonly files: readonly DraftFile[]
  /** What somebody has to decide or should know, each a sentence without its end. */
  readonly look: readonly string[]
}

/** A text: why no draft can be made of the table. */
export function draftTable(
  { source, table }: { readonly source: string; readonly table: Table },
  settings: CaptureSettings,
  sample: SampleFacts = noSample,
): Draft | string {
  const columns = draftedColumns(table, settings, sample)
  if (typeof columns === 'string') return columns
  const parts: DraftParts = { ...draftNames(table.name), source, table, columns, sample }
  const { mapping } = parts
  return {
    about: aboutTable(parts),
    files: [
      { path: `mappings/${mapping}.yaml`, text: draftMapping(parts) },
      { path: `mappings/${mapping}.test.yaml`, text: draftFixtures(parts) },
      ...draftContracts(parts).map(({ event, text }) => ({ path: `contracts/${event}.v1.avsc`, text })),
    ],
    look: lookAt(parts),
  }
}

function aboutTable({ table, columns, sample }: DraftParts): string {
  const { estimatedRows } = sample
  return [
    `${table.columns.length} columns`,
    `key (${columns.keyColumns.join(', ')})`,
    ...(estimatedRows === null ? [] : [aboutRows(estimatedRows)]),
    ...(table.replicaIdentity === null ? [] : [`replica identity ${table.replicaIdentity.toUpperCase()}`]),
  ].join(', ')
}

function lookAt({ table, columns, noun, namespace, sample }: DraftParts): readonly string[] {
  const { primaryKey, replicaIdentity } = table
  const identity = replicaIdentity === 'default' ? 'what a row was comes from the row store' : 'see `falsework doctor`'
  const large = columns.published.filter(({ column }) => column.toastable === true).map(({ column }) => column.name)
  const neverNull = columns.published.flatMap(({ column: { name, nullable } }) =>
    nullable && sample.neverNull.has(name) ? [name] : [],
  )
  const coded = columns.published.filter(({ column }) => column.values !== undefined)
  return [
    `owner: ${unnamedOwner} in the mapping and its contracts, which \`register\` refuses: name who is asked when the events are wrong`,
    `contracts: drafts, which \`register\` refuses; the namespace is ${namespace}: name yours, and delete "draft": true`,
    `${noun}Created, ${noun}Changed, ${noun}Deleted: name what happens in the business, and what makes it happen`,
    ...(primaryKey.length === 0 ? ['identity: no primary key, a unique key stands in'] : []),
    ...(replicaIdentity === null || replicaIdentity === 'full'
      ? []
      : [`identity: REPLICA IDENTITY ${replicaIdentity.toUpperCase()}: ${identity}`]),
    ...(large.length === 0 ? [] : [`TOAST: unchanged values may be left out of an update: ${large.join(', ')}`]),
    ...coded.map(
      ({ column }) => `values: ${column.name} holds ${(column.values ?? []).join(', ')}: a code table, or rules`,
    ),
    ...(table.triggers ?? []).map(triggerText),
    ...codesText(sample).map((text) => `values: ${text}: a code table, or rules`),
    ...(neverNull.length === 0
      ? []
      : [`nullable, and null in none of ${rowsText(sample.sampledRows)}: ${neverNull.join(', ')}`]),
    ...columns.left.map(({ column, reason }) => `left out: ${column.name} ${reason}`),
  ]
}

/** What it writes nobody can tell by its name; where it may write, by its timing. */
function triggerText({ name, timing, events, disabled }: Trigger): string {
  const elsewhere = 'write to other tables in the same transaction'
  const may = timing === 'before' ? `may change rows before they are written, and ${elsewhere}` : `may ${elsewhere}`
  return `trigger: ${name} (${timing} ${events.join(', ')}) ${disabled === true ? 'is disabled' : may}`
}
