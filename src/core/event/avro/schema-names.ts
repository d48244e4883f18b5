/** Names in Avro schemas. */
/** Of a field or a symbol. */
export const namePattern = /^[A-Za-z_]\w*$/
/** Of a type, with or without its namespace. */
export const fullNamePattern = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/

/** As Avro puts a name and a namespace together: that of the name, its own, or the enclosing one. */
export function fullNameOf(name: string, own: unknown, enclosing: string): { fullName: string; namespace: string } {
  const dot = name.lastIndexOf('.')
  if (dot > 0) return { fullName: name, namespace: name.slice(0, dot) }
  const namespace = typeof own === 'string' ? own : enclosing
  return { fullName: namespace === '' ? name : `${namespace}.${name}`, namespace }
}
