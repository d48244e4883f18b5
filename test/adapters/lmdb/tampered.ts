/** Changes what a store has on the disk, as nobody should: not through the store. */
import { type Database, open } from 'lmdb'

type Values = Database<Buffer, string>

/** Sets keys of one of its databases, while nobody has the store. */
export async function tampered(
  directory: string,
  name: 'rows' | 'about',
  change: (values: Values) => Iterable<readonly [key: string, value: Buffer | undefined]>,
): Promise<void> {
  const root = open({ path: directory, noSubdir: false, maxDbs: 2 })
  const bytesByBytes = {
    encoding: 'binary',
    ...(name === 'rows' && { keyEncoder: latin1 }),
  } as const
  const values: Values = root.openDB<Buffer, string>({ name, ...bytesByBytes })
  for (const [key, value] of change(values)) {
    if (value === undefined) throw new Error('there is nothing to change')
    await values.put(key, value)
  }
  await root.close()
}

const latin1 = {
  writeKey: (key: string, target: Buffer, start: number): number => start + target.write(key, start, 'latin1'),
  readKey: (source: Buffer, start: number, end: number): string => source.toString('latin1', start, end),
}

/** An environment of another program. */
export async function foreignEnvironment(directory: string): Promise<void> {
  const root = open({ path: directory, noSubdir: false, maxDbs: 2 })
  const orders = root.openDB<string, string>({ name: 'orders' })
  for (let order = 0; order < 100; order++) await orders.put(`order ${order}`, 'x'.repeat(600))
  await root.close()
}
