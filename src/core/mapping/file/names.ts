/** Names of mappings and topics: what Kafka, files and URLs all take. */
import type { Located, YamlReader } from './yaml-reader.ts'

const namePattern = /^[a-z0-9][a-z0-9._-]{0,199}$/

export function checkName(reader: YamlReader, name: Located<string>, what: string): void {
  if (namePattern.test(name.value)) return
  reader.complain('FW2007', name.place, {
    message: `${what} '${name.value}' is not a name`,
    hint: 'lower-case letters, digits, dot, underscore and hyphen, at most 200',
  })
}
