/** The programs that are measured against each other: how each is started on a raw log, and where its events go. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { StackAddresses } from '../stack/stack.ts'
import { MeasuredProcess } from './measured-process.ts'

const root = join(import.meta.dirname, '..')

export interface Run {
  readonly addresses: StackAddresses
  readonly rawLog: string
  /** Behind which the topics of this run stand. */
  readonly prefix: string
}

export interface Peer {
  readonly name: string
  readonly outputTopic: (run: Run) => string
  /** What is not measured: registering, creating topics. */
  readonly prepare: (run: Run) => void
  readonly start: (run: Run) => MeasuredProcess
}

export const partitions = 6
const rawPrefixOf = (rawLog: string): string => rawLog.replace(/raw\.bench$/, '')

const environmentOf = ({ addresses, prefix, rawLog }: Run): Record<string, string> => ({
  FALSEWORK_KAFKA_BROKERS: addresses.brokers,
  FALSEWORK_REGISTRY_URL: addresses.registryUrl,
  FALSEWORK_TOPICS_PREFIX: prefix,
  FALSEWORK_TOPICS_RAW_PREFIX: rawPrefixOf(rawLog),
  FALSEWORK_HTTP_PORT: '0',
})

export const falsework: Peer = {
  name: 'falsework',
  outputTopic: ({ prefix }) => `${prefix}order-changes.v1`,
  prepare: (run) => {
    const parameters = ['src/cli/process.ts', 'register', '--project', 'bench/project']
    const environment = { ...process.env, ...environmentOf(run) }
    const { status, stderr } = spawnSync(process.execPath, parameters, {
      cwd: root,
      env: environment,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`register ended with exit ${status ?? 'by a signal'}: ${stderr}`)
  },
  start: (run) =>
    new MeasuredProcess({
      program: ['src/cli/process.ts', 'run', '--project', 'bench/project'],
      environment: { ...environmentOf(run), NODE_NO_WARNINGS: '1' },
      folder: root,
    }),
}

export const handWritten: Peer = {
  name: 'hand-written kafkajs handler',
  outputTopic: ({ prefix }) => `${prefix}output`,
  prepare: () => undefined,
  start: (run) =>
    new MeasuredProcess({
      program: ['bench/peers/hand-written.ts'],
      environment: {
        BENCH_BROKERS: run.addresses.brokers,
        BENCH_RAW: run.rawLog,
        BENCH_OUTPUT: `${run.prefix}output`,
        BENCH_GROUP: `${run.prefix}group`,
        KAFKAJS_NO_PARTITIONER_WARNING: '1',
        NODE_NO_WARNINGS: '1',
      },
      folder: root,
    }),
}
