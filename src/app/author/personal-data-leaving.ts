/** Where personal data leaves by the mappings of a project. */
import { type PersonalField, personalFields, personalTags } from '../../core/mapping/personal/personal-fields.ts'
import type { CheckedFile, CheckedProject } from '../project/validate-project.ts'

/** In the order of files, rules, events and fields. Of a mapping that has a mistake nothing is known. */
export const personalDataLeaving = ({ mappings, catalogs }: CheckedProject): readonly PersonalField[] =>
  mappings.flatMap(({ file, mapping }) => {
    const catalog = mapping === null ? undefined : catalogs.get(mapping.source)
    return mapping === null || catalog === undefined ? [] : personalFields(mapping, file, personalTags(catalog))
  })

/** Files of mappings that have a mistake. */
export const unknownMappings = ({ mappings }: CheckedProject): readonly CheckedFile[] =>
  mappings.filter(({ mapping }) => mapping === null)
