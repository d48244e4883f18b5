/** The values that a CHECK of the form `column IN (…)` allows, read from PostgreSQL's own spelling of it. */

/** `pg_get_constraintdef` spells the list as an array, with casts that depend on the column's type. */
const listForm = /^CHECK \(+(?:\w+|"(?:[^"]|"")+")\)?(?:::[a-z ]+)? = ANY \(+ARRAY\[(.*?)\](?:\)::[a-z ]+\[\])?\)+$/
const singleForm = /^CHECK \(+(?:\w+|"(?:[^"]|"")+")\)?(?:::[a-z ]+)? = ((?:'(?:[^']|'')*'|-?\d+)(?:::[a-z ]+)?)\)+$/
const element = /\(?(?:'((?:[^']|'')*)'|(-?\d+))\)?(?:::[a-z ]+)?/y

/** Null when the CHECK is anything else. */
export function checkValues(definition: string): readonly string[] | null {
  const list = (listForm.exec(definition) ?? singleForm.exec(definition))?.[1]
  if (list === undefined) return null
  const values: string[] = []
  for (let position = 0; ; ) {
    element.lastIndex = position
    const found = element.exec(list)
    if (found === null) return null
    values.push(found[2] ?? (found[1] ?? '').replaceAll("''", "'"))
    position = element.lastIndex
    if (position === list.length) return values
    if (!list.startsWith(', ', position)) return null
    position += 2
  }
}
