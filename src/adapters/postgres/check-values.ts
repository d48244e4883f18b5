/** What a CHECK of one column says of its values, read from PostgreSQL's own spelling of it: a list of them, or no null. */

/** `pg_get_constraintdef` spells the list as an array, with casts that depend on the column's type. */
const listForm = /^CHECK \(+(?:\w+|"(?:[^"]|"")+")\)?(?:::[a-z ]+)? = ANY \(+ARRAY\[(.*?)\](?:\)::[a-z ]+\[\])?\)+$/
const singleForm = /^CHECK \(+(?:\w+|"(?:[^"]|"")+")\)?(?:::[a-z ]+)? = ((?:'(?:[^']|'')*'|-?\d+)(?:::[a-z ]+)?)\)+$/
const element = /\(?(?:'((?:[^']|'')*)'|(-?\d+))\)?(?:::[a-z ]+)?/y

/** Nothing behind it: a CHECK that is NO INHERIT says nothing of the rows of inheriting tables. */
const notNullForm = /^CHECK \(+(?:\w+|"(?:[^"]|"")+") IS NOT NULL\)+$/

/** Whether the CHECK is `column IS NOT NULL`, alone. */
export const refusesNull = (definition: string): boolean => notNullForm.test(definition)

/** The values that `column IN (…)` allows; null when the CHECK is anything else. */
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
