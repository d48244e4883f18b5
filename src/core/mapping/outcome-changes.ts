/** What two mappings make of one transaction, beside each other: what comes, goes, and becomes another. */
import type { BusinessEvent, EventAnchor } from '../event/business-event.ts'
import { readableFields } from '../event/event-json.ts'
import { exactJson } from '../values/exact-json.ts'
import type { Outcome } from './run/translate.ts'

export type OutcomeChange =
  | { readonly kind: 'same'; readonly now: Outcome }
  | { readonly kind: 'added'; readonly now: Outcome }
  | { readonly kind: 'removed'; readonly before: Outcome }
  /** `paths`: what of it differs, as a fixture calls it: `key`, `fields.total`. */
  | { readonly kind: 'changed'; readonly before: Outcome; readonly now: Outcome; readonly paths: readonly string[] }

/**
 * An event is the same as one of the other mapping where consumers would see the same id: type, change that it stands on,
 * and index. In the order of `now`, what is removed behind it; an order that alone differs is no change.
 */
export function outcomeChanges(before: readonly Outcome[], now: readonly Outcome[]): readonly OutcomeChange[] {
  const left = byIdentity(before)
  const changes = [...byIdentity(now)].map(([identity, one]): OutcomeChange => {
    const other = left.get(identity)
    if (other === undefined) return { kind: 'added', now: one }
    left.delete(identity)
    const paths = differingPaths(other, one)
    return paths.length === 0 ? { kind: 'same', now: one } : { kind: 'changed', before: other, now: one, paths }
  })
  return [...changes, ...[...left.values()].map((one): OutcomeChange => ({ kind: 'removed', before: one }))]
}

/** What shares its identity with another one, as failures of one rule may, is told by its turn. */
function byIdentity(outcomes: readonly Outcome[]): Map<string, Outcome> {
  const found = new Map<string, Outcome>()
  for (const outcome of outcomes) {
    const identity = identityOf(outcome)
    let turn = 0
    while (found.has(`${identity} ${turn}`)) turn += 1
    found.set(`${identity} ${turn}`, outcome)
  }
  return found
}

function identityOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'event': {
      const { publication, anchor, index } = outcome.event
      return `${publication.event}.v${publication.version} ${anchorText(anchor)} ${index}`
    }
    case 'tombstone':
      return `tombstone ${outcome.tombstone.topic} ${anchorText(outcome.tombstone.anchor)}`
    case 'failed': {
      const { rule, anchor, group } = outcome.input.identity
      return `failed ${rule} ${anchorText(anchor)} ${group}`
    }
  }
}

const anchorText = ({ table, ordinal, group, derived }: EventAnchor): string =>
  `${table} ${derived === undefined ? '' : 'derived '}${ordinal} ${group ?? 'own'}`

function differingPaths(before: Outcome, now: Outcome): readonly string[] {
  const [was, is] = [textsOf(before), textsOf(now)]
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path))
}

/** All that a consumer or an operator sees of it, by its path. */
function textsOf(outcome: Outcome): ReadonlyMap<string, string> {
  switch (outcome.kind) {
    case 'event':
      return eventTexts(outcome.event)
    case 'tombstone':
      return new Map([['key', outcome.tombstone.key]])
    case 'failed': {
      const { errorClass, failure } = outcome.input
      return new Map([
        ['error', errorClass],
        ['policy', outcome.policy],
        ['at', failure.at],
      ])
    }
  }
}

function eventTexts({ publication, key, subject, timeUs, fields }: BusinessEvent): ReadonlyMap<string, string> {
  const texts = Object.entries(readableFields(publication.contract, fields)).map(
    ([name, value]) => [`fields.${name}`, exactJson(value)] as const,
  )
  return new Map([['topic', publication.topic], ['key', key], ['subject', subject], ['time', String(timeUs)], ...texts])
}
