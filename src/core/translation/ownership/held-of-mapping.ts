/** What of a mapping waits: asked by the gates in front of a handover and at its fence, so that both say the same. */
import type { HeldState, Hold } from '../../held/held-state.ts'
import type { Staging } from './routes.ts'

/**
 * The holds that inputs of the mapping may wait in. Those of other topics are no concern of it: order is kept key by key
 * within a topic, and none of its events comes out of them. Of a topic that several mappings publish to all count, since
 * a hold does not say whose inputs wait there; nor does it say of which scope they are, so those of every scope count.
 */
export const holdsOfMapping = ({ topics }: Staging, held: HeldState | undefined): readonly Hold[] =>
  (held?.holds ?? []).filter(({ unit }) => topics.has(unit.topic))
