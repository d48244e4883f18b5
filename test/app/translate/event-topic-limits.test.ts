import { expect, it } from 'vitest'
import { readRegistry } from '../../../src/app/observe/registered.ts'
import { askEventTopicLimits } from '../../../src/app/translate/session/event-topic-limits.ts'
import type { LogFields } from '../../../src/ports/clock-log-metrics.ts'
import { codeOf } from '../../contract/kafka-harness.ts'
import { benchProject, installation, names } from '../bench-project.ts'
import { silent } from './running-daemon.ts'

async function asking() {
  const bench = installation()
  await bench.register(await benchProject())
  const { cluster, topicAdmin, openControlLog } = bench.kafka
  cluster.alterTopic('order-changes.v1', { 'max.message.bytes': '2000' })
  const registry = await readRegistry(openControlLog)
  const warned: LogFields[] = []
  const log = { ...silent, warn: (_: string, fields: LogFields = {}) => void warned.push(fields) }
  const ask = async () => await askEventTopicLimits({ source: 'bench', names, topicAdmin, log }, registry)
  return { cluster, warned, ask }
}

it('takes the limit of an event topic from the topic', async () => {
  const { ask, warned } = await asking()
  expect((await ask())('order-changes.v1')).toBe(2_000)
  expect(warned).toEqual([])
})

it('takes the default of brokers for a topic that may not be asked for, and warns', async () => {
  const { cluster, ask, warned } = await asking()
  cluster.setAllowed('order-changes.v1', 'no')
  expect((await ask())('order-changes.v1')).toBe(1_048_588)
  expect(warned).toEqual([{ source: 'bench', topics: 'order-changes.v1', batchBytesMaxByDefault: 1_048_588 }])
})

it('takes no default where Kafka cannot be reached: a topic may take more', async () => {
  const { cluster, ask } = await asking()
  cluster.setReachable('no')
  expect(await codeOf(ask)).toBe('KAFKA_UNREACHABLE')
})
