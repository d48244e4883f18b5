/** What a logical replication slot of the shop delivers, with the places in the log where each change was written. */
import type pg from 'pg'

export interface StreamedMessage {
  /** Where it stands in the write-ahead log. */
  readonly position: bigint
  readonly transaction: string
  /** As pgoutput names them: begin, commit, insert, update, delete. */
  readonly kind: 'B' | 'C' | 'I' | 'U' | 'D'
  readonly table: string | null
  /** Column values of an insert, as texts. */
  readonly values: readonly (string | null)[]
}

interface SlotRow {
  readonly position: string
  readonly transaction: string
  readonly data: Buffer
}

/** In commit order, as every reader of the slot gets it. https://www.postgresql.org/docs/15/protocol-logicalrep-message-formats.html */
export async function readStream(
  client: pg.Client,
  slot: { readonly name: string; readonly publications: readonly string[] },
): Promise<readonly StreamedMessage[]> {
  const { rows } = await client.query<SlotRow>(
    `SELECT (lsn - '0/0'::pg_lsn)::text AS position, xid::text AS transaction, data
       FROM pg_logical_slot_get_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)`,
    [slot.name, slot.publications.join(',')],
  )
  const tables = new Map<number, string>()
  return rows.flatMap(({ position, transaction, data }) => {
    const kind = String.fromCharCode(data.readUInt8(0))
    if (kind === 'R') tables.set(data.readInt32BE(1), relationName(data))
    if (kind !== 'B' && kind !== 'C' && kind !== 'I' && kind !== 'U' && kind !== 'D') return []
    const table = kind === 'B' || kind === 'C' ? null : (tables.get(data.readInt32BE(1)) ?? null)
    const values = kind === 'I' ? insertedValues(data) : []
    return [{ position: BigInt(position), transaction, kind, table, values }]
  })
}

function relationName(data: Buffer): string {
  const [schema = '', name = ''] = data.toString('utf8', 5).split('\0')
  return `${schema}.${name}`
}

/** Type, relation, 'N', number of columns, and for each: 'n', or 't' with a length and a text. */
function insertedValues(data: Buffer): readonly (string | null)[] {
  const values: (string | null)[] = []
  let at = 8
  for (let left = data.readInt16BE(6); left > 0; left -= 1) {
    const isText = data.readUInt8(at) === 't'.charCodeAt(0)
    at += 1
    if (!isText) {
      values.push(null)
      continue
    }
    const length = data.readInt32BE(at)
    values.push(data.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return values
}
