/** What a mapping declares and nothing in it uses: most often what is left of a change, or a name that was misspelt. */
import { mappingCodes } from '../../diagnostics/codes/mapping.ts'
import type { Place, Problem } from '../../diagnostics/problem.ts'
import type { FieldPart, MappingFile, RulePart } from '../file/mapping-file.ts'
import type { Located } from '../file/names.ts'
import { namesOf, sourcesOf, sourcesOfFields } from './shared/written-out.ts'

/** Lets and aliases of `with`, but those whose rows must be there. `named`: the names in the expressions of the rule. */
export const unusedNames = ({ let: lets, with: withs }: RulePart, named: ReadonlySet<string>): Problem[] =>
  [...lets, ...[...withs].filter(([, part]) => part?.rows.min === 0)].flatMap(([name, part]) =>
    part === null || named.has(name) ? [] : [unused(part.namePlace, `no expression of the rule uses '${name}'`)],
  )

/** Of a file that is written out. `called`: the functions, code tables and look-ups in its expressions. */
export function unusedParts(file: MappingFile, called: ReadonlySet<string>): Problem[] {
  const codes = [...file.codes].flatMap(([name, part]) =>
    part === null || called.has(name) ? [] : [unused(part.namePlace, `no expression calls the code table '${name}'`)],
  )
  const lookups = [...file.lookups].flatMap(([name, part]) =>
    part === null || called.has(name) ? [] : [unused(part.namePlace, `no expression calls the look-up '${name}'`)],
  )
  const aliases = new Set([
    ...file.rules.flatMap((rule) => [rule.on, ...rule.with.values()].map((part) => part?.table.value)),
    ...[...file.lookups.values()].map((part) => part?.table.value),
    ...aliasesOfScope(file),
  ])
  const tables = [...file.tables].flatMap(([alias, { place }]) =>
    aliases.has(alias) ? [] : [unused(place, `no rule or look-up uses the table '${alias}'`)],
  )
  return [...tables, ...codes, ...lookups, ...unusedShared(file), ...unusedElements(file)]
}

/** Of fields that several events share, each is told once. */
function unusedElements(file: MappingFile): readonly Problem[] {
  const events = file.rules.flatMap(({ publish }) => publish.filter((part) => part.kind === 'event'))
  const names = events.flatMap((event) => {
    const { each } = event
    const used = new Set(sourcesOf(event, file).flatMap(namesOf))
    return [...(each === null || used.has(each.as.value) ? [] : [each.as]), ...elementsOfFields(event.fields)]
  })
  return [...new Set(names)].map(({ value, place }) => unused(place, `no expression uses the element '${value}'`))
}

const elementsOfFields = (fields: ReadonlyMap<string, FieldPart>): readonly Located<string>[] =>
  [...fields.values()].flatMap((part) => {
    if (part.kind !== 'each' && part.kind !== 'record') return []
    const inner = elementsOfFields(part.fields)
    if (part.kind === 'record') return inner
    const used = new Set(sourcesOfFields(part.fields).flatMap(namesOf))
    return used.has(part.as.value) ? inner : [part.as, ...inner]
  })

function unusedShared({ shared, rules }: MappingFile): readonly Problem[] {
  const events = rules.flatMap(({ publish }) => publish.filter((part) => part.kind === 'event'))
  const groups = new Set(events.flatMap(({ use }) => (use ?? []).map(({ value }) => value)))
  return [
    ...[...shared.let].flatMap(([name, part]) =>
      rules.some((rule) => rule.let.get(name) === part) ? [] : [unused(part.namePlace, `no rule uses '${name}'`)],
    ),
    ...[...shared.fields].flatMap(([name, part]) =>
      part === null || groups.has(name) ? [] : [unused(part.namePlace, `no event uses the fields '${name}'`)],
    ),
  ]
}

/** The tables that a scope leads through. */
const aliasesOfScope = ({ scope }: MappingFile): readonly string[] =>
  scope === null ? [] : [scope.column.value.split('.')[0] ?? '', ...scope.via.keys()]

function unused(place: Place, message: string): Problem {
  const { name } = mappingCodes.FW2325
  return { severity: 'warning', code: 'FW2325', name, message, place, hint: 'take it out, or use it' }
}
