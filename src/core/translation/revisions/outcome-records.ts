/** What is published of an outcome: its event, its tombstone, or the dead letter of a failed input. */
import { deadLetterPartitions } from '../../delivery/own-topics.ts'
import type { TopicNames } from '../../delivery/topic-names.ts'
import { FalseworkError } from '../../diagnostics/falsework-error.ts'
import { deadLetterRecords } from '../../event/dead-letter/dead-letter-record.ts'
import type { OutputRecord } from '../../event/event-record.ts'
import type { TransactionStamp } from '../../event/record-factory.ts'
import { rowsOf } from '../../held/carried-input.ts'
import { type KeptInput, writeKept } from '../../held/kept-input.ts'
import type { CompiledMapping } from '../../mapping/compiled-mapping.ts'
import type { Outcome } from '../../mapping/run/translate.ts'
import { scopeText } from '../../migration/stage.ts'
import { isOwn } from '../ownership/owned-outcomes.ts'
import type { Route } from '../ownership/routes.ts'
import type { ActivationContext, ActiveMapping } from './active-mapping.ts'
import type { RecordMakers } from './record-makers.ts'

interface OutcomePlace {
  readonly stamp: TransactionStamp
  /** Of its anchor. */
  readonly eventsBefore: KeptInput['eventsBefore']
  readonly byMapping: ReadonlyMap<CompiledMapping, ActiveMapping>
  readonly context: Pick<ActivationContext, 'source' | 'incarnation' | 'names'>
  readonly route: Route
}

/**
 * One, but for a failed input that is large: it is kept in its dead letter, with the events that came before it. Raises
 * `INTERNAL` for anything that falsework must not publish.
 */
export function recordsOfOutcome(outcome: Outcome, place: OutcomePlace): readonly OutputRecord[] {
  const { stamp, route } = place
  const active = place.byMapping.get(outcome.mapping)
  if (active === undefined) throw new FalseworkError('INTERNAL', `mapping ${outcome.mapping.name} is not active`)
  switch (outcome.kind) {
    case 'event': {
      const makeIn = makersFor(active, outcome, route).events.get(outcome.event.publication)
      if (makeIn === undefined) throw new FalseworkError('INTERNAL', 'an event of a publication that is not active')
      return [makeIn(outcome.fired.scopeSaid)(outcome.event, stamp)]
    }
    case 'tombstone': {
      const make = makersFor(active, outcome, route).tombstones.get(outcome.tombstone.topic)
      if (make === undefined) throw new FalseworkError('INTERNAL', 'a tombstone of a topic that is not active')
      return [make(outcome.tombstone, stamp)]
    }
    case 'failed':
      return outcome.policy === 'skip' ? [] : letterOf(outcome, active, place)
  }
}

/** Of a larger input the dead letter says what failed, and it cannot be translated again from it. */
const keptRowsMax = 2_000

function letterOf(
  { input: { identity, failure }, fired }: Extract<Outcome, { kind: 'failed' }>,
  { record, forms }: ActiveMapping,
  { stamp, eventsBefore, context: { source, incarnation, names } }: OutcomePlace,
): readonly OutputRecord[] {
  const carried = fired.carried()
  const kept = { identity, transaction: stamp.transaction, eventsBefore, carried }
  const input = rowsOf(carried) > keptRowsMax ? null : writeKept(kept, forms)
  const revision = { source, incarnation, revisionHash: record.hash }
  return deadLetterRecords(identity, failure, { stamp, ...deadLetterPlace(names), ...revision, input })
}

export const deadLetterPlace = ({ deadLetters: topic }: TopicNames) => ({ topic, partitions: deadLetterPartitions })

function makersFor({ makers }: ActiveMapping, { mapping, fired }: Outcome, route: Route): RecordMakers {
  if (isOwn(route)) return makers(route)
  const scopes = fired.scopes.map(scopeText).join(', ')
  throw new FalseworkError('INTERNAL', `an event of mapping ${mapping.name}, scope ${scopes}, which is not falsework's`)
}
