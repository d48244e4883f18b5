/** What a mapping file says otherwise than a revision of it, part by part. */
import { writtenOut } from '../check/shared/written-out.ts'
import type { MappingFile, PublishPart, RulePart } from '../file/mapping-file.ts'
import {
  type FilePart,
  type Parts,
  partsOfMapping,
  partsOfPublished,
  partsOfRule,
  publishedName,
} from './file-parts.ts'

/** A part that is there on one side alone, says something else, or reads what does. */
export interface MappingChange extends Pick<FilePart, 'rule' | 'event' | 'kind' | 'name'> {
  /** As the file has it; null: it is not there. */
  readonly before: string | null
  readonly after: string | null
  /** Lets, look-ups, code tables and aliases that it reads and that say something else, where it says the same itself. */
  readonly through: readonly string[]
}

export interface RevisedFile {
  readonly file: MappingFile
  /** Texts of the files that its code tables are read from, by path. */
  readonly codes: ReadonlyMap<string, string>
}

/** What is of the mapping as a whole, then rule by rule. A rule or an event that comes or goes is one change. */
export function mappingChanges(before: RevisedFile, after: RevisedFile): readonly MappingChange[] {
  const common = partChanges(partsOf(before), partsOf(after), new Map())
  const [rulesBefore, rulesAfter] = [before, after].map(rulesOf)
  if (rulesBefore === undefined || rulesAfter === undefined) return common
  const inRules = [...new Set([...rulesBefore.keys(), ...rulesAfter.keys()])].flatMap((name) => {
    const [was, is] = [rulesBefore.get(name), rulesAfter.get(name)]
    if (was !== undefined && is !== undefined) return ruleChanges([before, was], [after, is], common)
    const text = (rule: RulePart | undefined): string | null =>
      rule === undefined ? null : `publishes ${rule.publish.map(publishedName).join(', ')}`
    return [{ rule: name, event: null, ...whole('rule'), before: text(was), after: text(is) }]
  })
  return [...common, ...inRules]
}

const whole = (name: string) => ({ kind: 'setting', name, through: [] }) as const

const partsOf = ({ file, codes }: RevisedFile): Parts => partsOfMapping(file, codes)

const rulesOf = ({ file }: RevisedFile): ReadonlyMap<string, RulePart> =>
  new Map(writtenOut(file).rules.map((rule) => [rule.name.value, rule]))

type RuleOfFile = readonly [file: RevisedFile, rule: RulePart]

function ruleChanges(
  [before, was]: RuleOfFile,
  [after, is]: RuleOfFile,
  common: readonly MappingChange[],
): readonly MappingChange[] {
  const [partsBefore, partsAfter] = [partsOfRule(was, before.file.shared), partsOfRule(is, after.file.shared)]
  const all = new Map([...partsOf(after), ...partsAfter])
  const changed = new Set([...common, ...partChanges(partsBefore, partsAfter, new Map())].map(({ name }) => name))
  const calls = callsThatChanged(all, changed)
  const [eventsBefore, eventsAfter] = [publishedOf(was), publishedOf(is)]
  const inEvents = [...new Set([...eventsBefore.keys(), ...eventsAfter.keys()])].flatMap((event) => {
    const owner = { rule: is.name.value, event }
    const [one, other] = [eventsBefore.get(event), eventsAfter.get(event)]
    const partsIn = (part: PublishPart, { file: { defaults } }: RevisedFile): Parts =>
      partsOfPublished(part, { owner, defaults })
    if (one !== undefined && other !== undefined) {
      return partChanges(partsIn(one, before), partsIn(other, after), calls)
    }
    const text = (part: PublishPart | undefined): string | null =>
      part === undefined ? null : part.kind === 'event' ? [...part.fields.keys()].join(', ') : ''
    return [{ ...owner, ...whole('event'), before: text(one), after: text(other) }]
  })
  return [...partChanges(partsBefore, partsAfter, calls), ...inEvents]
}

/** One that a rule publishes in several entries has a number from the second on. */
function publishedOf({ publish }: RulePart): ReadonlyMap<string, PublishPart> {
  const found = new Map<string, PublishPart>()
  for (const part of publish) {
    const name = publishedName(part)
    const entries = [...found.values()].filter((other) => publishedName(other) === name).length
    found.set(entries === 0 ? name : `${name} (${entries + 1})`, part)
  }
  return found
}

/** By the name that expressions call it: itself where it says something else, or what it reads that does. */
function callsThatChanged(parts: Parts, changed: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const byCall = new Map([...parts.values()].flatMap((part) => (part.calledBy === null ? [] : [[part.calledBy, part]])))
  const causes = (name: string, above: readonly string[]): readonly string[] => {
    const part = byCall.get(name)
    if (part === undefined || above.includes(name)) return []
    if (changed.has(part.name)) return [name]
    return [...new Set(part.reads.flatMap((read) => causes(read, [...above, name])))]
  }
  return new Map([...byCall.keys()].map((name) => [name, causes(name, [])]))
}

/** What expressions call is a change only where it says something else itself: those that read it tell the rest. */
function partChanges(
  before: Parts,
  after: Parts,
  calls: ReadonlyMap<string, readonly string[]>,
): readonly MappingChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): MappingChange[] => {
    const [was, is] = [before.get(key), after.get(key)]
    const part = is ?? was
    if (part === undefined) return []
    const { rule, event, kind, name, calledBy, reads } = part
    const isSame = was?.text === is?.text
    const through = isSame && calledBy === null ? [...new Set(reads.flatMap((read) => calls.get(read) ?? []))] : []
    if (isSame && through.length === 0) return []
    return [{ rule, event, kind, name, before: was?.text ?? null, after: is?.text ?? null, through }]
  })
}
