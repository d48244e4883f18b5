/**
 * Appends one record to the first partition of a topic, by itself and in no transaction.
 *
 * To the implementer: durable when it resolves; whoever does not hear of it may append it again.
 */
export type AppendRecord = (
  topic: string,
  record: { readonly key: Buffer | null; readonly value: Buffer },
) => Promise<{ readonly offset: number }>
