/** A schema registry in memory: the same promises without a server. */
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { compatible } from '../../core/event/compatibility/compatible.ts'
import type { RegisteredSchema, RegisterSchema, SchemaRegistry } from '../../ports/schema-registry.ts'

export class MemorySchemaRegistry implements SchemaRegistry {
  private readonly subjects = new Map<string, readonly RegisteredSchema[]>()
  private readonly schemas: string[] = []

  register({ subject, schema, compatibility }: RegisterSchema): Promise<{ readonly id: number; readonly url: string }> {
    const released = this.subjects.get(subject) ?? []
    const same = released.find((version) => version.schema === schema)
    if (same !== undefined) return Promise.resolve(this.answer(same.id))
    const refusal = refusalOf(schema, released, compatibility)
    if (refusal !== null) {
      return Promise.reject(new FalseworkError('REGISTRY_INCOMPATIBLE', `subject ${subject}: ${refusal}`))
    }
    const id = this.idOf(schema)
    this.subjects.set(subject, [...released, { version: released.length + 1, id, schema }])
    return Promise.resolve(this.answer(id))
  }

  versions(subject: string): Promise<readonly RegisteredSchema[]> {
    return Promise.resolve(this.subjects.get(subject) ?? [])
  }

  byId(id: number): Promise<string | null> {
    return Promise.resolve(this.schemas[id - 1] ?? null)
  }

  urlOf(id: number): string {
    return `memory:///schemas/ids/${id}`
  }

  /** The same text has the same id in every subject. */
  private idOf(schema: string): number {
    const known = this.schemas.indexOf(schema)
    return known >= 0 ? known + 1 : this.schemas.push(schema)
  }

  private answer(id: number): { readonly id: number; readonly url: string } {
    return { id, url: this.urlOf(id) }
  }
}

function refusalOf(
  schema: string,
  released: readonly RegisteredSchema[],
  mode: RegisterSchema['compatibility'],
): string | null {
  try {
    const [broken] = compatible(schema, released, mode)
    return broken?.message ?? null
  } catch {
    return 'the schema is not JSON'
  }
}
