/** Parsed JSON that is read field by field: what is wrong is reported with its path, all at once. */

export type JsonObject = Readonly<Record<string, unknown>>

/** Where in the JSON something stands: keys and indexes from the root. */
export type JsonPath = readonly (string | number)[]
export type ComplainAt = (path: JsonPath, message: string) => void

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * One object of it. A field is asked for by name and kind; a wrong or missing one is reported and replaced by an
 * empty value, so that reading goes on to the next mistake.
 */
export class JsonReader {
  readonly path: JsonPath
  private readonly object: JsonObject
  private readonly complain: ComplainAt
  private readonly asked = new Set<string>()

  constructor(value: unknown, path: JsonPath, complain: ComplainAt) {
    this.path = path
    this.complain = complain
    if (!isJsonObject(value)) complain(path, `expected an object, got ${kindOf(value)}`)
    this.object = isJsonObject(value) ? value : {}
  }

  text(key: string): string {
    return this.expect(key, 'a text', (value): value is string => typeof value === 'string') ?? ''
  }

  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined
  }

  /** A whole number from 0 on. */
  count(key: string): number {
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
    return this.expect(key, 'a whole number', isCount) ?? 0
  }

  bool(key: string): boolean {
    return this.expect(key, 'true or false', (value): value is boolean => typeof value === 'boolean') ?? false
  }

  /** One of the given words; the first stands in for a wrong one. */
  oneOf<T extends string | null>(key: string, words: readonly [T, ...T[]]): T {
    const isWord = (value: unknown): value is T => words.some((word) => word === value)
    return this.expect(key, `one of ${words.map((word) => String(word)).join(', ')}`, isWord) ?? words[0]
  }

  list<T>(key: string, read: (value: unknown, path: JsonPath) => T): readonly T[] {
    const values = this.expect(key, 'a list', (value): value is readonly unknown[] => Array.isArray(value)) ?? []
    return values.map((value, index) => read(value, [...this.path, key, index]))
  }

  optionalList<T>(key: string, read: (value: unknown, path: JsonPath) => T): readonly T[] | undefined {
    return this.has(key) ? this.list(key, read) : undefined
  }

  texts(key: string): readonly string[] {
    return this.list(key, this.readText)
  }

  /** For lists of texts. */
  readonly readText = (value: unknown, path: JsonPath): string => {
    if (typeof value === 'string') return value
    this.complain(path, `expected a text, got ${kindOf(value)}`)
    return ''
  }

  section(key: string): JsonReader {
    return new JsonReader(this.raw(key), [...this.path, key], this.complain)
  }

  /** For what another reader reads. */
  raw(key: string): unknown {
    this.asked.add(key)
    return Object.hasOwn(this.object, key) ? this.object[key] : undefined
  }

  /** The names that the object has. */
  keys(): readonly string[] {
    return Object.keys(this.object)
  }

  has(key: string): boolean {
    this.asked.add(key)
    return Object.hasOwn(this.object, key)
  }

  /** Reports every field that nobody has asked for. */
  expectNothingElse(): void {
    for (const key of Object.keys(this.object)) {
      if (!this.asked.has(key))
        this.complain([...this.path, key], `unknown key ${key}; known: ${[...this.asked].join(', ')}`)
    }
  }

  private expect<T>(key: string, expected: string, is: (value: unknown) => value is T): T | null {
    const value = this.raw(key)
    if (is(value)) return value
    const got = value === undefined ? `${key} is missing: expected` : `${key}: got ${kindOf(value)}, expected`
    this.complain(value === undefined ? this.path : [...this.path, key], `${got} ${expected}`)
    return null
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? JSON.stringify(value) : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`
}
