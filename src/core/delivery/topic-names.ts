/** All names on the Kafka side derive from here. */
import { brand } from '../../brand.ts'

export interface TopicNames {
  /** The registry log. */
  readonly registry: string
  readonly deadLetters: string
  readonly rawLog: (source: string) => string
  readonly checkpoint: (source: string) => string
  /** Inputs that wait, or have waited. */
  readonly held: (source: string) => string
  /** The topic that a mapping names. */
  readonly events: (topic: string) => string
  /** Where the events for that topic go as long as their scope is in stage shadow. */
  readonly shadow: (topic: string) => string
  /** Where a native service publishes the events for that topic before it owns their scope. */
  readonly native: (topic: string) => string
  /** How far a native service has come: under its transactional id, which is the same under every prefix. */
  readonly nativePosition: (transactionalId: string) => string
  /** Who may publish, for each mapping and scope of which that was ever decided. */
  readonly ownership: string
  /** What the comparators have found, for each mapping. */
  readonly parity: string
  /**
   * Whether events in the topic that a mapping names would stand in a log of falsework itself, be it that of another
   * installation, or where those of a migration's stages will stand.
   */
  readonly isOwn: (topic: string) => boolean
  /** Static, one per source: whoever opens it fences everybody before. */
  readonly transactionalId: (source: string) => string
  /** The consumer group that is the lease of a source. */
  readonly leaseGroup: (source: string) => string
  /** The same of the comparison of a mapping's events. */
  readonly comparisonGroup: (mapping: string) => string
  /** Whether a consumer group is one of these. */
  readonly isOwnGroup: (group: string) => boolean
}

const shadowPrefix = 'shadow.'
const nativePrefix = 'native.'

/** Whatever prefix an installation has: `acme.falsework.registry`. */
const ofAnyInstallation = new RegExp(`(^|[^a-z0-9])${brand.name}\\.`)

/** `prefix` is put before every name, those of mappings included; raw logs may stand under another one. */
export function topicNames(prefix: string, rawPrefix = prefix): TopicNames {
  const own = `${prefix}${brand.name}`
  const beginnings = [`${own}.`, `${rawPrefix}raw.`, `${prefix}${shadowPrefix}`, `${prefix}${nativePrefix}`]
  const events = (topic: string): string => `${prefix}${topic}`
  const leaseGroup = (source: string): string => `${own}.lease.${source}`
  const comparisonGroup = (mapping: string): string => `${own}.comparison.${mapping}`
  return {
    registry: `${own}.registry`,
    deadLetters: `${own}.dead-letters`,
    rawLog: (source) => `${rawPrefix}raw.${source}`,
    checkpoint: (source) => `${own}.checkpoint.${source}`,
    held: (source) => `${own}.held.${source}`,
    events,
    shadow: (topic) => `${prefix}${shadowPrefix}${topic}`,
    native: (topic) => `${prefix}${nativePrefix}${topic}`,
    nativePosition: events,
    ownership: `${own}.ownership`,
    parity: `${own}.parity`,
    isOwn: (topic) =>
      beginnings.some((beginning) => events(topic).startsWith(beginning)) || ofAnyInstallation.test(events(topic)),
    transactionalId: (source) => `${own}.${source}`,
    leaseGroup,
    comparisonGroup,
    isOwnGroup: (group) => [leaseGroup(''), comparisonGroup('')].some((beginning) => group.startsWith(beginning)),
  }
}
