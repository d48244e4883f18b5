/** What is found wrong in a file, in the words and codes of mapping and migration files, and the reading of such a file by its shape. */
import { expressionCodes } from '../../diagnostics/codes/expression.ts'
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import { migrationCodes } from '../../diagnostics/codes/migration.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import { type AsFar, readAsFar, type Shape, wrong } from '../../shape/shape.ts'
import { type Fault, placeIn, type Spot } from '../../shape/tree.ts'
import { parseYamlTree } from '../../shape/yaml/yaml-tree.ts'

/** All that can be said of a mapping file, of the expressions in it, and of a migration file. */
const mappingFileCodes = { ...mappingCodes, ...expressionCodes, ...migrationCodes }

type MappingCode = keyof typeof mappingFileCodes

const warnings: ReadonlySet<MappingCode> = new Set<MappingCode>([
  'FW2309',
  'FW2315',
  'FW2319',
  'FW2321',
  'FW2331',
  'FW2340',
  'FW2616',
])

const codes: Readonly<Record<Fault, MappingCode>> = {
  syntax: 'FW2001',
  feature: 'FW2002',
  unknownKey: 'FW2003',
  missing: 'FW2004',
  form: 'FW2005',
  unquoted: 'FW2006',
  value: 'FW2007',
  later: 'FW2008',
  taken: 'FW2313',
}

/** Collects the mistakes of one file. */
export class Findings {
  readonly problems: Problem[] = []
  readonly text: string
  readonly placeOf: (spot: Spot) => Place

  constructor({ text, file }: { readonly text: string; readonly file: string }) {
    // A byte order mark is no part of the text, and takes no column.
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text
    this.placeOf = placeIn({ text: this.text, file })
  }

  /** Notes a mistake and gives null, which is what a part with a mistake is. */
  complain(code: MappingCode, at: Place | Spot, what: { readonly message: string; readonly hint?: string }): null {
    const { name } = mappingFileCodes[code]
    const place = 'line' in at ? at : this.placeOf(at)
    const hint = what.hint === undefined || what.hint === '' ? {} : { hint: what.hint }
    const severity = warnings.has(code) ? 'warning' : 'error'
    this.problems.push({ severity, code, name, message: what.message, place, ...hint })
    return null
  }
}

/** As much of a file as could be read; null: nothing further can be said of it. */
export function readFile<T>(
  shape: Shape<T>,
  source: { readonly text: string; readonly file: string },
): { readonly file: T | null; readonly findings: Findings } {
  const findings = new Findings(source)
  const parsed = parseYamlTree(findings.text)
  const { value, mistakes }: AsFar<T> =
    parsed.kind === 'tree'
      ? readAsFar(shape, parsed.tree, { text: findings.text, file: source.file })
      : { value: wrong, mistakes: parsed.mistakes }
  for (const { spot, fault, ...what } of mistakes) findings.complain(codes[fault], spot, what)
  return { file: value === wrong ? null : value, findings }
}
