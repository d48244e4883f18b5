/** A migration file against the mapping that it is about: what it compares is there, and can be compared so. */
import { suggestion } from '../../diagnostics/nearest-name.ts'
import type { Problem } from '../../diagnostics/problem.ts'
import type { Publication } from '../../event/business-event.ts'
import { inOrder } from '../../mapping/check/in-order.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import { type Findings, readFile } from '../../mapping/file/findings.ts'
import type { Located } from '../../mapping/file/names.ts'
import { checkComparison } from './check-comparison.ts'
import { eventName } from './event-name.ts'
import type { MigrationFile } from './migration-file.ts'
import { migrationShape } from './migration-shape.ts'

export interface MigrationSurroundings {
  /** By name; null for one with a mistake, which has been reported. */
  readonly mappings: ReadonlyMap<string, CompiledMapping | null>
  /** Of some mapping nobody could read the name, which has been reported: one that is not there may be that. */
  readonly someUnnamed?: boolean
  /** The day that it is, in ISO 8601; absent where nobody has said so, and then nothing has expired. */
  readonly today?: string
}

export interface CheckedMigration {
  /** Null when there is a mistake. */
  readonly migration: MigrationFile | null
  /** The mapping that it is about, as far as it could be read. */
  readonly mapping: Located<string> | null
  readonly problems: readonly Problem[]
}

/** Never raises: every mistake is a problem with its place. */
export function checkMigration(
  text: { readonly text: string; readonly file: string },
  surroundings: MigrationSurroundings,
): CheckedMigration {
  const { file, findings } = readFile(migrationShape, text)
  if (file === null) return { migration: null, mapping: null, problems: inOrder(findings.problems) }
  checkGates(findings, file)
  checkDays(findings, { file, today: surroundings.today ?? null })
  checkIds(findings, file)
  const mapping = findMapping(findings, { file, surroundings })
  if (mapping !== null) checkAgainst(findings, { file, mapping, mappings: surroundings.mappings })
  const isSound = findings.problems.every(({ severity }) => severity !== 'error')
  return { migration: isSound ? file : null, mapping: file.mapping, problems: inOrder(findings.problems) }
}

function findMapping(
  findings: Findings,
  { file, surroundings }: { readonly file: MigrationFile; readonly surroundings: MigrationSurroundings },
): CompiledMapping | null {
  const { value, place } = file.mapping
  const mapping = surroundings.mappings.get(value)
  if (mapping !== undefined) return mapping
  if (surroundings.someUnnamed === true) return null
  const hint = suggestion(value, surroundings.mappings.keys())
  return findings.complain('FW2611', place, { message: `there is no mapping '${value}'`, hint })
}

interface Against {
  readonly file: MigrationFile
  readonly mapping: CompiledMapping
  readonly mappings: ReadonlyMap<string, CompiledMapping | null>
}

function checkAgainst(findings: Findings, { file, mapping, mappings }: Against): void {
  const { bridge, native } = file.topics
  const topics = topicsOf(mapping)
  if (!topics.has(bridge.value)) {
    const message = `${mapping.name} publishes nothing to '${bridge.value}'`
    findings.complain('FW2612', bridge.place, { message, hint: suggestion(bridge.value, topics) })
  }
  const publisher = [...mappings.values()].find((one) => one !== null && topicsOf(one).has(native.value))
  if (publisher !== undefined && publisher !== null) {
    const message = `mapping ${publisher.name} publishes to '${native.value}': the stream of the new service is its own`
    findings.complain('FW2612', native.place, { message, hint: `native: native.${bridge.value}` })
  }
  // Of a topic that is not there all events would be unknown.
  if (topics.has(bridge.value)) checkEvents(findings, { file, mapping })
}

const topicsOf = ({ publications }: CompiledMapping): ReadonlySet<string> =>
  new Set(publications.map(({ topic }) => topic))

function checkEvents(
  findings: Findings,
  { file, mapping }: { readonly file: MigrationFile; readonly mapping: CompiledMapping },
): void {
  const { value: topic } = file.topics.bridge
  const published = new Map(
    mapping.publications.filter((one) => one.topic === topic).map((one) => [eventName(one), one]),
  )
  const find = (name: string, namePlace: Problem['place']): Publication | null => {
    const found = published.get(name.replace(/\.v1$/, ''))
    if (found !== undefined) return found
    const message = `${mapping.name} publishes no '${name}' to ${topic}`
    return findings.complain('FW2613', namePlace, { message, hint: suggestion(name, published.keys()) })
  }
  for (const [name, event] of file.events) {
    const publication = find(name, event.namePlace)
    if (publication !== null) checkComparison(findings, event, publication.contract)
  }
  for (const [name, { namePlace }] of file.gates.rare) find(name, namePlace)
}

/** What falsework fences must be a new service's, and be named as one: a service may publish for several mappings. */
function checkIds(findings: Findings, { native }: MigrationFile): void {
  const seen = new Set<string>()
  for (const { value, place } of native.transactionalIds) {
    if (seen.has(value)) findings.complain('FW2313', place, { message: `'${value}' is there twice` })
    seen.add(value)
    if (/^falsework\.native\.[a-z0-9][a-z0-9._-]*\.\d{1,4}$/.test(value)) continue
    findings.complain('FW2617', place, { message: `'${value}' is not falsework.native.<mapping>.<number>` })
  }
}

function checkGates(findings: Findings, { windowSeconds, gates }: MigrationFile): void {
  const { pendingSecondsMax: most, accept } = gates
  if (most !== null && most.value < windowSeconds) {
    const message = `an event may wait ${windowSeconds} s for its pair (windowSeconds), and the gate wants ${most.value} s`
    findings.complain('FW2615', most.place, { message, hint: `pendingSecondsMax: ${2 * windowSeconds}` })
  }
  for (const { outcome, until } of accept) {
    if (outcome !== 'match') continue
    findings.complain('FW2615', until.place, {
      message: 'what matches is no difference, and needs nobody to accept it',
    })
  }
}

function checkDays(
  findings: Findings,
  { file, today }: { readonly file: MigrationFile; readonly today: string | null },
): void {
  if (today === null) return
  const ignored = [...file.events.values()].flatMap(({ ignore }) =>
    ignore.map(({ field, until }) => ({ what: `'${field.value}' was ignored`, until })),
  )
  const accepted = file.gates.accept.map(({ outcome, until }) => ({ what: `${outcome} was accepted`, until }))
  for (const { what, until } of [...ignored, ...accepted]) {
    if (until.value >= today) continue
    findings.complain('FW2616', until.place, { message: `${what} up to ${until.value}, and counts again` })
  }
}
