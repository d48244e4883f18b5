/**
 * A Confluent-compatible schema registry.
 *
 * To the implementer: registering the same schema in the same subject again gives the same id. A missing subject is
 * not an error. Raise `REGISTRY_UNREACHABLE` when there is no answer, `REGISTRY_INCOMPATIBLE` with the server's words
 * when it refuses a schema.
 */
export interface SchemaRegistry {
  /** Sets the compatibility mode of the subject, then registers; gives the id and the address of that id. */
  register(request: RegisterSchema): Promise<{ readonly id: number; readonly url: string }>
  /** All versions of a subject, oldest first; empty for a subject that is not there. */
  versions(subject: string): Promise<readonly RegisteredSchema[]>
  /** The schema text of an id, or null. */
  byId(id: number): Promise<string | null>
  /** The address of an id, as registering gives it; asks nobody. */
  urlOf(id: number): string
}

export interface RegisterSchema {
  readonly subject: string
  readonly schema: string
  readonly compatibility: 'FULL_TRANSITIVE' | 'FORWARD_TRANSITIVE'
}

export interface RegisteredSchema {
  readonly version: number
  readonly id: number
  readonly schema: string
}
