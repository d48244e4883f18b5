/** JSON whose numbers beyond 2^53 keep their digits. */

/** What the runtime has and its types do not say yet: the text of a number, and numbers written as they are. */
interface ExactJson {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown
  rawJSON(text: string): unknown
}

export function parseExact(text: string): unknown {
  const json = JSON as unknown as ExactJson
  return json.parse(text, (_, value, { source = '' }) => (/^-?\d{16,}$/.test(source) ? json.rawJSON(source) : value))
}
