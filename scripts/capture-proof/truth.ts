/** What PostgreSQL itself says was committed: the text of its `test_decoding` plugin, read from a slot of its own. */

/** By xid, in commit order: each change as `c|u|d table id v`. A changed key is `d` and `c`, as Debezium sends it. */
export type Truth = ReadonlyMap<string, readonly string[]>

const change = /^table proof\.(?<table>rows|others): (?<op>INSERT|UPDATE|DELETE): (?<images>.*)$/

/** `lines` as `pg_logical_slot_get_changes` gives them. Transactions without a row of a published table are left out. */
export function truthOf(lines: readonly { readonly xid: string; readonly data: string }[]): Truth {
  const truth = new Map<string, string[]>()
  for (const { xid, data } of lines) {
    const found = change.exec(data)?.groups
    if (found === undefined) continue
    const rows = truth.get(xid) ?? []
    rows.push(...changesOf(found['table'] ?? '', found['op'] ?? '', found['images'] ?? ''))
    truth.set(xid, rows)
  }
  return truth
}

function changesOf(table: string, op: string, images: string): readonly string[] {
  const rows = [...images.matchAll(/id\[integer\]:(\d+) v\[integer\]:(\d+)/g)].map(([, id, v]) => ({ id, v }))
  const [first, second] = rows
  const line = (letter: string, row: typeof first): string => `${letter} ${table} ${row?.id ?? ''} ${row?.v ?? ''}`
  if (op === 'INSERT') return [line('c', first)]
  if (op === 'DELETE') return [line('d', first)]
  // `old-key: … new-tuple: …`
  return first?.id === second?.id ? [line('u', second)] : [line('d', first), line('c', second)]
}
