/** What a revision of a mapping would do otherwise than the one in force: by its file, and of personal data. */
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { newlyLeaving } from '../../../core/mapping/personal/newly-leaving.ts'
import { type PersonalField, personalFields, personalTags } from '../../../core/mapping/personal/personal-fields.ts'
import { readFile } from '../../../core/mapping/file/findings.ts'
import { mappingShape } from '../../../core/mapping/file/shapes/mapping-shape.ts'
import { type MappingChange, mappingChanges, type RevisedFile } from '../../../core/mapping/revised/mapping-changes.ts'
import type { RevisionContent } from '../../../core/registry/control-record.ts'
import type { Revision } from '../../../core/registry/registry-state.ts'
import { compileRevision } from '../../../core/translation/revisions/compiled-revision.ts'
import type { IntendedRevision, IntentParts, Registration } from './intended-revision.ts'

export interface PlannedDifference {
  /** Parts of the mapping's file that say something else; none of a first revision, of which all is new. */
  readonly changes: readonly MappingChange[]
  /** Personal data that leaves from now on and does not by the revision in force, by the tags that the catalog has now. */
  readonly personal: readonly PersonalField[]
  /** Whether this build can read the revision in force; where it cannot, all that leaves is taken to be new. */
  readonly compared: 'yes' | 'unreadable'
}

export function plannedDifference(
  { checked, item }: Registration,
  { content }: Pick<IntendedRevision, 'content'>,
  { current, ...parts }: Pick<IntentParts, 'names' | 'keys'> & { readonly current: Revision | null },
): PlannedDifference {
  const { mapping, file } = item
  const surroundings = checked.sources.get(mapping.source)
  if (surroundings === undefined) throw new FalseworkError('INTERNAL', `no surroundings of ${mapping.source}`)
  const tags = personalTags(surroundings.catalog)
  const leaving = personalFields(mapping, file, tags)
  if (current === null) return { changes: [], personal: leaving, compared: 'yes' }
  const before = unlessUnreadable(() => {
    const compiled = compileRevision(current.record, { ...parts, keepsRows: surroundings.keepsRows })
    const { files, catalog } = current.record.content
    const tagged = new Set(personalTags(catalog).keys())
    return { fields: personalFields(compiled, files.mapping, tags), tagged }
  })
  const [was, is] = [revisedFile(current.record.content), revisedFile(content)]
  return {
    changes: was === null || is === null ? [] : mappingChanges(was, is),
    personal: newlyLeaving(before ?? { fields: [], tagged: new Set() }, leaving),
    compared: was === null || before === null ? 'unreadable' : 'yes',
  }
}

function revisedFile({ files }: Pick<RevisionContent, 'files'>): RevisedFile | null {
  const { text, path } = files.mapping
  const { file } = readFile(mappingShape, { text, file: path })
  return file === null ? null : { file, codes: new Map(files.codes.map((code) => [code.path, code.text])) }
}

function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FalseworkError && error.code === 'REVISION_UNREADABLE') return null
    throw error
  }
}
