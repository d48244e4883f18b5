/** Writer schemas from the schema registry, fetched before anybody decodes what was written with them. */
import { WriterSchemas } from '../../core/capture/avro/writer-schemas.ts'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { RawLog, RecordBatch } from '../../ports/kafka/raw-log.ts'
import type { SchemaRegistry } from '../../ports/schema-registry.ts'

/** One for a process: an id means one schema of the registry, for good. */
export class FetchedSchemas {
  readonly known = new WriterSchemas()
  private readonly registry: Pick<SchemaRegistry, 'byId'>

  constructor(registry: Pick<SchemaRegistry, 'byId'>) {
    this.registry = registry
  }

  /**
   * The same log. Where its records are Avro, a batch comes when the schemas that it names are known, as far as the
   * registry has them: it is only asked about ids that are new. A read raises `SCHEMAS_UNREACHABLE` too.
   */
  ahead(log: RawLog, isAvro: () => boolean): RawLog {
    return {
      read: async (from, options) => {
        const batch = await log.read(from, options)
        if (isAvro()) await this.fetchFor(batch)
        return batch
      },
      range: async () => await log.range(),
      close: async () => {
        await log.close()
      },
    }
  }

  private async fetchFor(batch: RecordBatch): Promise<void> {
    for (const id of this.known.unknownIds(batch)) {
      const text = await this.ask(id)
      if (text !== null) this.known.add(id, text)
    }
  }

  private async ask(id: number): Promise<string | null> {
    try {
      return await this.registry.byId(id)
    } catch (cause) {
      if (!(cause instanceof FalseworkError) || cause.code !== 'REGISTRY_UNREACHABLE') throw cause
      throw new FalseworkError('SCHEMAS_UNREACHABLE', `schema ${id}: ${cause.message}`, { cause })
    }
  }
}
