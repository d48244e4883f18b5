/** The broker: one KRaft node, broker and controller in one process. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { javaArguments } from './java.ts'
import { accepts, type StackContext } from './stack-context.ts'

export function kafka(context: StackContext): Child {
  const { parts, ports, stateFolder, book } = context
  const data = join(stateFolder, 'kafka')
  const properties = join(stateFolder, 'kafka.properties')
  const classPath = `${join(parts.libs, '*')}:${context.configFolder}`
  const settings: Readonly<Record<string, string | number>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': data,
    'metadata.log.dir': data,
    'num.partitions': 1,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Tests replace a killed daemon after two seconds instead of ten.
    'group.min.session.timeout.ms': 1_000,
    'auto.create.topics.enable': 'false',
    'log.retention.ms': -1,
    'log.segment.bytes': 134_217_728,
    'num.network.threads': 2,
    'num.io.threads': 3,
    'num.recovery.threads.per.data.dir': 1,
    'background.threads': 2,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
  }
  return new Child(
    {
      name: 'kafka',
      command: 'java',
      arguments: javaArguments(parts, {
        name: 'kafka',
        heapMb: 512,
        classPath,
        main: 'kafka.Kafka',
        arguments: [properties],
        properties: context.logging,
      }),
      logFile: join(stateFolder, 'logs', 'kafka.log'),
      prepare: () => {
        writeFileSync(properties, lines(settings))
        if (existsSync(join(data, 'meta.properties'))) return
        mkdirSync(data, { recursive: true })
        const format = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties]
        execFileSync('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', ...format], {
          stdio: 'ignore',
        })
      },
      ready: async () => await accepts(ports.kafka),
      readyWithinMs: 60_000,
    },
    book,
  )
}

/** Any id does: the cluster is never joined by another node. */
const clusterId = 'ZmFsc2V3b3JrLXN0YWNrLQ'

export const lines = (settings: Readonly<Record<string, string | number>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
