/** What is wrong with a shared part is found in each rule that uses it, and is said once. */
import type { Place, Problem } from '../../../diagnostics/problem.ts'
import type { MappingFile, SharedPlace } from '../../file/mapping-file.ts'

/** A shared part with the rules, or the events of rules, that use it. */
interface SharedUse extends SharedPlace {
  readonly users: readonly string[]
}

export const nameOfRule = (rule: { readonly name: { readonly value: string } }): string => `rule ${rule.name.value}`

export const nameOfEvent = (
  rule: Parameters<typeof nameOfRule>[0],
  { event, version }: { readonly event: { readonly value: string }; readonly version: number },
): string => `${event.value}.v${version} of ${nameOfRule(rule)}`

/** More names would hide the mistake. */
const namesMax = 4

/** `foundIn`: the rule or event, by its name above, in whose check a problem was found. The file is written out. */
export function toldOnce(
  problems: readonly Problem[],
  { file, foundIn }: { readonly file: MappingFile; readonly foundIn: ReadonlyMap<Problem, string> },
): Problem[] {
  const uses = usesOf(file)
  const useOf = (problem: Problem): SharedUse | undefined => uses.find((use) => isWithin(problem.place, use))
  const alike = Map.groupBy(problems, (problem) =>
    useOf(problem) === undefined ? problem : `${problem.place.line}:${problem.place.column} ${problem.code}`,
  )
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    // What is wrong with its form is so wherever it is used, and was found before.
    const ofForm = [first, ...others].filter((problem) => !foundIn.has(problem))
    if (ofForm.length > 0) return ofForm
    const { users = [] } = useOf(first) ?? {}
    const found = new Set([first, ...others].flatMap((problem) => foundIn.get(problem) ?? []))
    const isEverywhere =
      users.every((user) => found.has(user)) && others.every(({ message }) => message === first.message)
    return [isEverywhere ? first : { ...first, message: `${first.message} (in ${listed([...found])})` }]
  })
}

function usesOf({ shared, rules }: MappingFile): readonly SharedUse[] {
  const lets = [...shared.let].map(([name, part]) => ({
    ...part,
    users: rules.filter((rule) => rule.let.get(name) === part).map(nameOfRule),
  }))
  const groups = [...shared.fields].flatMap(([name, part]) => {
    if (part === null) return []
    const users = rules.flatMap((rule) =>
      rule.publish.flatMap((item) =>
        item.kind === 'event' && item.use?.some(({ value }) => value === name) === true
          ? [nameOfEvent(rule, item)]
          : [],
      ),
    )
    return [{ ...part, users }]
  })
  return [...lets, ...groups]
}

const isWithin = (place: Place, { namePlace, until }: SharedPlace): boolean =>
  place.file === namePlace.file && !isBefore(place, namePlace) && isBefore(place, until)

const isBefore = (a: Place, b: Place): boolean => a.line < b.line || (a.line === b.line && a.column < b.column)

const listed = (names: readonly string[]): string =>
  names.length <= namesMax
    ? names.join(', ')
    : `${names.slice(0, namesMax).join(', ')} and ${names.length - namesMax} more`
