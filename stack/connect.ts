/** The Kafka Connect worker that runs Debezium, with exactly-once source support. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { javaArguments } from './java.ts'
import { lines } from './kafka.ts'
import { answers, type StackContext } from './stack-context.ts'

export interface ConnectOptions {
  readonly exactlyOnce: 'enabled' | 'disabled'
}

export function connect(context: StackContext, options: ConnectOptions): Child {
  const { parts, ports, stateFolder, book } = context
  const properties = join(stateFolder, 'connect.properties')
  const settings: Readonly<Record<string, string | number>> = {
    'bootstrap.servers': `127.0.0.1:${ports.kafka}`,
    listeners: `http://127.0.0.1:${ports.connect}`,
    'rest.advertised.host.name': '127.0.0.1',
    'rest.advertised.port': ports.connect,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable': 'false',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    'plugin.path': parts.plugins.join(','),
    // Scanning the class path takes 16 s, reading the service files 3.
    'plugin.discovery': 'service_load',
    'connector.client.config.override.policy': 'All',
    'offset.flush.interval.ms': 1_000,
    'group.id': 'local-connect',
    'config.storage.topic': '_connect.configs',
    'offset.storage.topic': '_connect.offsets',
    'status.storage.topic': '_connect.status',
    'config.storage.replication.factor': 1,
    'offset.storage.replication.factor': 1,
    'offset.storage.partitions': 1,
    'status.storage.replication.factor': 1,
    'status.storage.partitions': 1,
    'scheduled.rebalance.max.delay.ms': 0,
    'exactly.once.source.support': options.exactlyOnce,
  }
  return new Child(
    {
      name: 'connect',
      command: 'java',
      arguments: javaArguments(parts, {
        name: 'connect',
        heapMb: 768,
        classPath: `${join(parts.libs, '*')}:${context.configFolder}`,
        main: 'org.apache.kafka.connect.cli.ConnectDistributed',
        arguments: [properties],
        properties: context.logging,
      }),
      logFile: join(stateFolder, 'logs', 'connect.log'),
      prepare: () => writeFileSync(properties, lines(settings)),
      ready: async () => await answers(`http://127.0.0.1:${ports.connect}/connectors`),
      readyWithinMs: 90_000,
    },
    book,
  )
}
