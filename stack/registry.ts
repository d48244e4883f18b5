/** The schema registry (Apicurio behind its Confluent-compatible interface), with a file that survives a restart. */
import { join } from 'node:path'
import { Child } from './child.ts'
import { answers, type StackContext } from './stack-context.ts'

export const registryUrl = (port: number): string => `http://127.0.0.1:${port}/apis/ccompat/v7`

export function registry(context: StackContext): Child {
  const { parts, ports, stateFolder, book } = context
  const properties: Readonly<Record<string, string | number>> = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': ports.registry,
    // Not set, the management interface listens on all addresses, port 9000.
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': ports.registryManagement,
    'quarkus.datasource.db-kind': 'h2',
    'quarkus.datasource.jdbc.url': `jdbc:h2:file:${join(stateFolder, 'registry', 'db')}`,
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'h2',
    'apicurio.datasource.url': `jdbc:h2:file:${join(stateFolder, 'registry', 'db')}`,
  }
  return new Child(
    {
      name: 'registry',
      command: 'java',
      arguments: [
        '-Xmx192m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
        '-jar',
        parts.registryJar,
      ],
      logFile: join(stateFolder, 'logs', 'registry.log'),
      ready: async () => await answers(`${registryUrl(ports.registry)}/subjects`),
      readyWithinMs: 60_000,
    },
    book,
  )
}
