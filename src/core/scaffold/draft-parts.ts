/** What the files of a draft are written from. */
import type { Table } from '../catalog/catalog.ts'
import type { DraftedColumns } from './drafted-columns.ts'
import type { DraftNames } from './draft-names.ts'
import type { SampleFacts } from './sample-facts.ts'

export interface DraftParts extends DraftNames {
  readonly source: string
  readonly table: Table
  readonly columns: DraftedColumns
  readonly sample: SampleFacts
}
