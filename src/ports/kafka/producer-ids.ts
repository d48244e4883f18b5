/**
 * Who writes under a transactional id, and the end of whoever does: the ids are those of services that are not
 * falsework, and nobody else is asked.
 *
 * To the implementer: `describe` changes nothing, and never makes an id known that was not. After `fence` has returned
 * what the ids had open is aborted, and no send of a producer that was opened before succeeds any more, be it alive, cut
 * off or asleep meanwhile. Both may be called again at any time, also after a failure: `fence` then fences what it had
 * fenced before, once more. Raise `KAFKA_UNREACHABLE` when it is not known what has become of it, `NOT_AUTHORISED`
 * where the id may not be used.
 */
export interface ProducerIds {
  /** In the order in which they were asked for; null: its coordinator does not know the id, so nobody has opened it. */
  describe(transactionalIds: readonly string[]): Promise<readonly (DescribedProducer | null)[]>
  /** One after the other, in that order. Of an id that fails those before it are fenced, and those behind it are not. */
  fence(transactionalIds: readonly string[]): Promise<readonly FencedProducer[]>
}

export interface FencedProducer {
  readonly transactionalId: string
  readonly producerId: bigint
  readonly epoch: number
}

export interface DescribedProducer extends FencedProducer {
  /** As Kafka calls it: `Empty`, `Ongoing`, `CompleteCommit`, … */
  readonly state: string
  /** Of the transaction that is open; none: it has not written anything. */
  readonly topics: readonly string[]
  /** When that transaction began, in ms since the epoch; null: none is open. */
  readonly sinceMs: number | null
}
