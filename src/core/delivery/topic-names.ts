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
  /**
   * Whether events in the topic that a mapping names would stand in a log of falsework itself, be it that of another
   * installation, or where those of a migration's stages will stand.
   */
  readonly isOwn: (topic: string) => boolean
  /** Static, one per source: whoever opens it fences everybody before. */
  readonly transactionalId: (source: string) => string
  /** The consumer group that is the lease of a source. */
  readonly leaseGroup: (source: string) => string
}

/** Events of a mapping in stage shadow, and those of a native service before it owns the public topic. */
const stagePrefixes = ['shadow.', 'native.']

/** Whatever prefix an installation has: `acme.falsework.registry`. */
const ofAnyInstallation = new RegExp(`(^|[^a-z0-9])${brand.name}\\.`)

/** `prefix` is put before every name, those of mappings included; raw logs may stand under another one. */
export function topicNames(prefix: string, rawPrefix = prefix): TopicNames {
  const own = `${prefix}${brand.name}`
  const beginnings = [`${own}.`, `${rawPrefix}raw.`, ...stagePrefixes.map((stage) => `${prefix}${stage}`)]
  const events = (topic: string): string => `${prefix}${topic}`
  return {
    registry: `${own}.registry`,
    deadLetters: `${own}.dead-letters`,
    rawLog: (source) => `${rawPrefix}raw.${source}`,
    checkpoint: (source) => `${own}.checkpoint.${source}`,
    held: (source) => `${own}.held.${source}`,
    events,
    isOwn: (topic) =>
      beginnings.some((beginning) => events(topic).startsWith(beginning)) || ofAnyInstallation.test(events(topic)),
    transactionalId: (source) => `${own}.${source}`,
    leaseGroup: (source) => `${own}.lease.${source}`,
  }
}
