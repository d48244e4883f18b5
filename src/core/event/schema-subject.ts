/** Under which name the schema registry has the schema of an event, and which of its versions that is. */
import { canonicalJson } from '../registry/revision-hash.ts'

/** `topic` is the public one, as it is called on Kafka: where else events go for a while, their subject is this one. */
export const subjectOf = (topic: string, fullName: string): string => `${topic}-${fullName}`

/** A registry may space a schema otherwise, and order its attributes. */
export const sameSchema = (one: string, other: string): boolean =>
  one === other || canonicalJson(JSON.parse(one)) === canonicalJson(JSON.parse(other))
