/** Entries that stand in a checkpoint, and how many bytes of it they take. */
export class WrittenEntries<Key, Entry> {
  private readonly entries: Map<Key, Entry>
  private written: number

  constructor(entries: readonly (readonly [Key, Entry])[]) {
    this.entries = new Map(entries)
    this.written = [...this.entries.values()].reduce((sum, entry) => sum + bytesOf(entry), 0)
  }

  get bytes(): number {
    return this.written
  }

  get size(): number {
    return this.entries.size
  }

  get(key: Key): Entry | undefined {
    return this.entries.get(key)
  }

  has(key: Key): boolean {
    return this.entries.has(key)
  }

  keys(): readonly Key[] {
    return [...this.entries.keys()]
  }

  values(): readonly Entry[] {
    return [...this.entries.values()]
  }

  /** By how many bytes they grow where the entry is set. */
  growth(key: Key, entry: Entry): number {
    const before = this.entries.get(key)
    return bytesOf(entry) - (before === undefined ? 0 : bytesOf(before))
  }

  set(key: Key, entry: Entry): void {
    this.written += this.growth(key, entry)
    this.entries.set(key, entry)
  }

  delete(key: Key): void {
    const before = this.entries.get(key)
    if (before === undefined) return
    this.written -= bytesOf(before)
    this.entries.delete(key)
  }
}

/** With the comma behind it. */
const bytesOf = (entry: unknown): number => Buffer.byteLength(JSON.stringify(entry)) + 1
