/** The stream in the terminal: the row changes of a source transaction on the left, its business events on the right. */
import { contractsById, readableEvent } from '../src/app/observe/decode-event.ts'
import { readRegistry } from '../src/app/observe/registered.ts'
import { printable, toJson } from '../src/cli/output.ts'
import type { TopicRecord } from '../src/ports/kafka/topic-reader.ts'
import { wire } from '../src/wiring.ts'

export interface StreamView {
  readonly totals: { changes: number; events: number }
  readonly finished: Promise<void>
}

interface ChangeEnvelope {
  readonly op?: string
  readonly before?: Readonly<Record<string, unknown>> | null
  readonly after?: Readonly<Record<string, unknown>> | null
  readonly source?: { readonly table?: string; readonly snapshot?: string | boolean | null }
}

/** Raw records that wait for their event; older ones belonged to transactions that gave none. */
const heldMax = 5_000

/** Prints until `stop` fires. `width` is that of the terminal, in columns. */
export function showStream(options: {
  readonly root: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The event topics of each source. */
  readonly sources: Readonly<Record<string, readonly string[]>>
  readonly width: () => number
  readonly print: (line: string) => void
  readonly stop: AbortSignal
}): StreamView {
  const totals = { changes: 0, events: 0 }
  const { kafka, names, close } = wire({ root: options.root, environment: options.environment, logLevel: 'warn' })
  const readChanges = async (source: string, held: Map<number, string>): Promise<void> => {
    for await (const record of kafka.topicReader.read(names.rawLog(source), {
      from: 'end',
      follow: true,
      signal: options.stop,
    })) {
      const line = changeLine(record)
      if (line === null) continue
      totals.changes += 1
      held.set(record.offset, line)
      const [oldest] = held.keys()
      if (held.size > heldMax && oldest !== undefined) held.delete(oldest)
    }
  }
  const readEvents = async (topic: string, held: Map<number, string>): Promise<void> => {
    const contracts = contractsById(await readRegistry(kafka.openControlLog))
    for await (const record of kafka.topicReader.read(topic, { from: 'end', follow: true, signal: options.stop })) {
      totals.events += 1
      const { type, key, fields } = readableEvent(record, contracts)
      const right = `${type.split('.').at(-1) ?? type}  key ${key ?? ''}  ${toJson(fields)}`
      for (const line of sideBySide(changesOf(record, held), right, options.width())) options.print(line)
    }
  }
  const readings = Object.entries(options.sources).flatMap(([source, topics]) => {
    const held = new Map<number, string>()
    return [readChanges(source, held), ...topics.map(async (topic) => await readEvents(topic, held))]
  })
  const finished = Promise.all(readings)
    .catch((error: unknown) => {
      if (!options.stop.aborted) options.print(`the stream ended: ${error instanceof Error ? error.message : ''}`)
    })
    .then(async () => await close())
  return { totals, finished }
}

function changeLine({ value }: TopicRecord): string | null {
  const { op, before, after, source } = JSON.parse(value?.toString() ?? '{}') as ChangeEnvelope
  if (op === undefined || source?.table === undefined || source.table.startsWith('falsework_')) return null
  const row = after ?? before ?? {}
  const changed =
    op === 'u'
      ? Object.entries(row).filter(([name, item]) => before?.[name] !== item || name === 'id')
      : Object.entries(row)
  return `${source.table.padEnd(17)} ${op}  ${changed.map(([name, item]) => `${name}=${toJson(item)}`).join(' ')}`
}

/** The row changes of the event's source transaction, each shown once. */
function changesOf(event: TopicRecord, held: Map<number, string>): string[] {
  const [from = 0, to = -1] = (event.headers.get('falsework-raw')?.toString() ?? '').split('-').map(Number)
  const lines: string[] = []
  for (const [offset, line] of held) {
    if (offset < from || offset > to) continue
    lines.push(line)
    held.delete(offset)
  }
  return lines
}

function sideBySide(left: readonly string[], right: string, width: number): string[] {
  const half = Math.max(30, Math.floor((width - 4) / 2))
  const cut = (text: string): string => {
    const safe = printable(text)
    return safe.length > half ? `${safe.slice(0, half - 1)}…` : safe
  }
  const rows = left.length === 0 ? [''] : left
  return rows.map((line, at) => (at === rows.length - 1 ? `${cut(line).padEnd(half)} ─▶ ${cut(right)}` : cut(line)))
}
