/** What mappings say of each other: a name is one file's, an event one mapping's. */
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { CompiledMapping } from '../compiled-mapping.ts'

export interface NamedFile {
  readonly file: string
  /** Null where not even the name could be read. */
  readonly name: string | null
  /** Null where the file has a mistake. */
  readonly mapping: CompiledMapping | null
}

/** Conflicts between files; those within one are found when it is checked. */
export function checkConflicts(files: readonly NamedFile[]): Problem[] {
  const problems: Problem[] = []
  const fileOf = new Map<string, string>()
  const ownerOf = new Map<string, string>()
  for (const { file, name, mapping } of files) {
    if (name === null) continue
    const other = fileOf.get(name)
    if (other === undefined) fileOf.set(name, file)
    else {
      const place = { file, line: 1, column: 1, length: 1 }
      problems.push(problemAt('FW2313', place, `mapping '${name}' is also in ${other}`))
    }
    for (const { type, place } of mapping === null ? [] : publishedTypes(mapping)) {
      const owner = ownerOf.get(type)
      if (owner === undefined) ownerOf.set(type, name)
      else if (owner !== name) {
        problems.push(problemAt('FW2307', place, `${type} is also published by mapping ${owner}`))
      }
    }
  }
  return problems
}

const publishedTypes = ({ rules }: CompiledMapping): { readonly type: string; readonly place: Place }[] =>
  rules
    .flatMap(({ publish }) => publish)
    .flatMap((item) =>
      item.kind === 'event'
        ? [{ type: `${item.publication.event}.v${item.publication.version}`, place: item.place }]
        : [],
    )

function problemAt(code: keyof typeof mappingCodes, place: Place, message: string): Problem {
  return { severity: 'error', code, name: mappingCodes[code].name, message, place }
}
