/** Where personal data leaves by the mappings of a project, and which columns of its catalogs look like it and have no tag. */
import { untaggedLooks } from '../../core/catalog/personal/personal-look.ts'
import { type PersonalField, personalFields, personalTags } from '../../core/mapping/personal/personal-fields.ts'
import type { CheckedFile, CheckedProject } from '../project/validate-project.ts'

export interface LeavingField extends PersonalField {
  /** `look`: the catalog has no tag of the column, and its name says what it may be; nothing keeps it from leaving. */
  readonly by: 'tag' | 'look'
}

/** In the order of files, rules, events and fields; of each mapping tagged columns first. Of one with a mistake nothing is known. */
export const personalDataLeaving = ({ mappings, catalogs }: CheckedProject): readonly LeavingField[] =>
  mappings.flatMap(({ file, mapping }) => {
    const catalog = mapping === null ? undefined : catalogs.get(mapping.source)
    if (mapping === null || catalog === undefined) return []
    const leaving = (by: LeavingField['by'], kinds: ReadonlyMap<string, string>): readonly LeavingField[] =>
      personalFields(mapping, file, kinds).map((field) => ({ ...field, by }))
    return [...leaving('tag', personalTags(catalog)), ...leaving('look', untaggedLooks(catalog))]
  })

export interface UntaggedColumns {
  readonly source: string
  /** `public.customers.email`, with the kind that its name stands for. */
  readonly columns: ReadonlyMap<string, string>
}

/** Of each source that has some, whether they leave or not. */
export const untaggedColumns = ({ catalogs }: Pick<CheckedProject, 'catalogs'>): readonly UntaggedColumns[] =>
  [...catalogs]
    .map(([source, catalog]) => ({ source, columns: untaggedLooks(catalog) }))
    .filter(({ columns }) => columns.size > 0)

/** Files of mappings that have a mistake. */
export const unknownMappings = ({ mappings }: CheckedProject): readonly CheckedFile[] =>
  mappings.filter(({ mapping }) => mapping === null)
