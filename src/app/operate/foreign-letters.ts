/** Dead letters that falsework cannot publish any more, since their scope is another one's: why, by id of the letter. */
import type { TopicNames } from '../../core/delivery/topic-names.ts'
import { type Scope, scopeText } from '../../core/migration/stage.ts'
import type { RegistryState } from '../../core/registry/registry-state.ts'
import { isDivided, type Owners, Routes, stagingOf } from '../../core/translation/ownership/routes.ts'
import type { ControlLog } from '../../ports/kafka/control-log.ts'
import type { TopicReader } from '../../ports/kafka/topic-reader.ts'
import { type DeadLetter, violationRemedy } from '../observe/dead-letters.ts'
import { readRegistry } from '../observe/registered.ts'
import { latestCheckpoint } from '../observe/source-status.ts'

interface ForeignParts {
  readonly names: TopicNames
  readonly topicReader: TopicReader
  readonly openControlLog: () => Promise<ControlLog>
}

/**
 * As far as their scopes are known here: those of a violation, and of a mapping all of which moves at one time. Of others
 * the source finds out, and leaves them as violations.
 */
export async function foreignLetters(
  letters: readonly DeadLetter[],
  { names, topicReader, openControlLog }: ForeignParts,
): Promise<ReadonlyMap<string, string>> {
  if (letters.length === 0) return new Map()
  const registry = await readRegistry(openControlLog)
  const found = [...Map.groupBy(letters, ({ source }) => source)].map(async ([source, own]) => {
    const checkpoint = await latestCheckpoint(topicReader, names.checkpoint(source))
    const owners = checkpoint?.owners ?? []
    return own.flatMap((letter) => {
      const reason = whyForeign(letter, { registry, owners })
      return reason === null ? [] : [[letter.id, reason] as const]
    })
  })
  return new Map((await Promise.all(found)).flat())
}

interface Decided {
  readonly registry: RegistryState
  readonly owners: Owners
}

function whyForeign({ mapping, scopes }: DeadLetter, { registry, owners }: Decided): string | null {
  const staging = stagingOf(registry, mapping)
  const known: readonly Scope[] = scopes ?? (isDivided(staging) ? [] : [null])
  const routes = new Routes(owners, new Map([[mapping, staging]]))
  for (const scope of known) {
    const [route] = routes.of(mapping, [scope])
    if (route?.to !== 'nobody') continue
    return `scope ${scopeText(scope)} of ${mapping} is not falsework's since epoch ${route.epoch}; ${violationRemedy}`
  }
  return null
}
