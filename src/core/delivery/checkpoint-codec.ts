/** The checkpoint as bytes, and back: what cannot be understood stops the source instead of starting it anew. */
import { FalseworkError } from '../diagnostics/falsework-error.ts'
import type { SourcePosition } from '../capture/row-change.ts'
import type { AskedSnapshot } from '../transaction/asked-snapshots.ts'
import type { Checkpoint, SnapshotState } from './checkpoint.ts'

const supportedFormat = 1

export const encodeCheckpoint = (checkpoint: Checkpoint): Buffer => Buffer.from(JSON.stringify(checkpoint))

/** Raises `NEWER_FORMAT` for a checkpoint of a later build and `CHECKPOINT_CORRUPT` for anything else it cannot read. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint {
  const fields = new FieldReader(parse(bytes))
  const format = fields.number('format')
  if (format > supportedFormat) {
    throw new FalseworkError('NEWER_FORMAT', `the checkpoint has format ${format}, this build reads ${supportedFormat}`)
  }
  const anchor = fields.nested('anchor')
  const snapshot = fields.nested('snapshot')
  if (snapshot === null) throw corrupt('snapshot')
  const phase = (['none', 'running', 'done'] as const).find((known) => known === snapshot.text('phase'))
  if (phase === undefined) throw corrupt('snapshot.phase')
  return {
    format: supportedFormat,
    source: fields.text('source'),
    incarnation: fields.number('incarnation'),
    next: fields.number('next'),
    anchor: anchor === null ? null : { offset: anchor.number('offset'), hash: anchor.text('hash') },
    position: fields.optionalText('position') as SourcePosition | null,
    latestCommitUs: fields.optionalText('latestCommitUs'),
    snapshot: { run: snapshot.number('run'), phase, ...readAsked(snapshot), ...readRows(snapshot) },
    registryOffset: fields.number('registryOffset'),
    timeZoneDatabase: fields.text('timeZoneDatabase'),
    ...readNoticed(fields),
  }
}

/** Absent in checkpoints with nothing to tell, and in those of earlier builds. */
function readNoticed(checkpoint: FieldReader): Pick<Checkpoint, 'noticed'> {
  if (!checkpoint.has('noticed')) return {}
  const noticed = checkpoint.nested('noticed')
  if (noticed === null) throw corrupt('noticed')
  const heads = noticed.nested('suspectedHeads')
  const unknownTables = noticed
    .list('unknownTables')
    .map((item) => ({ table: item.text('table'), offset: item.number('offset') }))
  const suspectedHeads =
    heads === null
      ? null
      : { times: heads.number('times'), transaction: heads.text('transaction'), offset: heads.number('offset') }
  return { noticed: { unknownTables, suspectedHeads } }
}

/** Absent when nothing is asked for, and in checkpoints of earlier builds. */
function readAsked(snapshot: FieldReader): Pick<SnapshotState, 'asked'> {
  if (!snapshot.has('asked')) return {}
  const asked = snapshot.list('asked').map((item): AskedSnapshot => {
    const phase = (['waiting', 'running'] as const).find((known) => known === item.text('phase'))
    if (phase === undefined) throw corrupt('snapshot.asked.phase')
    const partial = item.has('isPartial') ? ({ isPartial: true } as const) : {}
    return { id: item.text('id'), tables: item.texts('tables'), ...partial, phase, sinceMs: item.number('sinceMs') }
  })
  return { asked }
}

/** Absent in checkpoints of earlier builds, and when there is nothing to tell. */
function readRows(snapshot: FieldReader): Pick<SnapshotState, 'begun' | 'published'> {
  const begun = snapshot.has('begun') ? { begun: snapshot.texts('begun') } : {}
  const published = snapshot.has('published') ? snapshot.nested('published') : null
  if (published === null) return begun
  const after = published.nested('after')
  const last = after === null ? null : { table: after.text('table'), key: after.text('key') }
  const tables = published.has('tables') ? { tables: published.texts('tables') } : {}
  return { ...begun, published: { atUs: published.text('atUs'), ...tables, after: last } }
}

function parse(bytes: Buffer): object {
  try {
    const parsed: unknown = JSON.parse(bytes.toString())
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // Said below, without the text.
  }
  throw corrupt('the whole')
}

const corrupt = (field: string): FalseworkError =>
  new FalseworkError('CHECKPOINT_CORRUPT', `the checkpoint cannot be read at ${field}`)

class FieldReader {
  private readonly fields: Map<string, unknown>

  constructor(object: object) {
    this.fields = new Map(Object.entries(object))
  }

  number(name: string): number {
    const value = this.fields.get(name)
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    throw corrupt(name)
  }

  text(name: string): string {
    const value = this.fields.get(name)
    if (typeof value === 'string') return value
    throw corrupt(name)
  }

  optionalText(name: string): string | null {
    return this.fields.get(name) === null ? null : this.text(name)
  }

  has(name: string): boolean {
    return this.fields.has(name)
  }

  list(name: string): readonly FieldReader[] {
    const value = this.fields.get(name)
    if (!Array.isArray(value)) throw corrupt(name)
    return value.map((item: unknown) => {
      if (typeof item === 'object' && item !== null) return new FieldReader(item)
      throw corrupt(name)
    })
  }

  texts(name: string): readonly string[] {
    const value = this.fields.get(name)
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    throw corrupt(name)
  }

  nested(name: string): FieldReader | null {
    const value = this.fields.get(name)
    if (value === null) return null
    if (typeof value === 'object') return new FieldReader(value)
    throw corrupt(name)
  }
}
