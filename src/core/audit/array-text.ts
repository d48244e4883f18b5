/** The text of an array in PostgreSQL: `{a,"b c",NULL}`. */

/** Elements of an array of one dimension that begins at 1; null for any other, which a raw log cannot tell either. */
export function parseArrayText(text: string): readonly (string | null)[] | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  if (text === '{}') return []
  const elements: (string | null)[] = []
  for (let at = 1; at < text.length; ) {
    const element = text[at] === '"' ? quotedAt(text, at + 1) : plainAt(text, at)
    const behind = element === null ? undefined : text[element.end]
    if (element === null || (behind !== ',' && behind !== '}')) return null
    elements.push(element.value)
    at = element.end + 1
  }
  return elements
}

interface Element {
  readonly value: string | null
  readonly end: number
}

function plainAt(text: string, from: number): Element | null {
  let end = from
  while (end < text.length && !',{}"'.includes(text[end] ?? '')) end += 1
  const value = text.slice(from, end)
  if (value === '') return null
  return { value: value === 'NULL' ? null : value, end }
}

function quotedAt(text: string, from: number): Element | null {
  let value = ''
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') return { value, end: at + 1 }
    if (character === '\\') at += 1
    value += text[at] ?? ''
  }
  return null
}
