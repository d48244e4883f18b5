/** The programs that are measured against each other: how each is started on a raw log, and how its events read. */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { formatInstant } from '../src/core/values/instant-text.ts'
import { topicNames } from '../src/core/delivery/topic-names.ts'
import { unframe } from '../src/core/event/confluent-frame.ts'
import type { Contract } from '../src/core/event/contract/contract.ts'
import { eventJson } from '../src/core/event/event-json.ts'
import { contractFileName, parseContract } from '../src/core/event/contract/parse-contract.ts'
import type { TopicRecord } from '../src/ports/kafka/topic-reader.ts'
import type { StackAddresses } from '../stack/stack.ts'
import { MeasuredProcess } from './measured-process.ts'
import { rawTopicOf } from './raw-log.ts'

const root = join(import.meta.dirname, '..')

export interface Run {
  readonly addresses: StackAddresses
  /** Behind which the raw log stands. */
  readonly rawPrefix: string
  /** Behind which the topics of this run stand. */
  readonly prefix: string
}

export interface Peer {
  readonly name: string
  readonly outputTopic: (run: Run) => string
  /** Null: it has none. */
  readonly deadLetterTopic: (run: Run) => string | null
  /** What is not measured: registering, creating topics. */
  readonly prepare: (run: Run) => void
  readonly start: (run: Run) => MeasuredProcess
  /** Id and fields of an event; the text is that of the workload's `ExpectedEvent`. */
  readonly read: (record: TopicRecord) => { readonly id: string; readonly text: string }
}

export const partitions = 6

const rowsDirectory = join(root, '.falsework', 'bench', 'rows')
const rowStoreOf = ({ prefix }: Run): string => join(rowsDirectory, `${prefix}bench`)

/** What the row store of a run takes on the disk; 0: there is none. */
export const storeBytesOf = (run: Run): number =>
  statSync(join(rowStoreOf(run), 'data.mdb'), { throwIfNoEntry: false })?.size ?? 0

/** Whoever is started next on the run has lost its rows. */
export function loseRows(run: Run): void {
  rmSync(rowStoreOf(run), { recursive: true, force: true })
}

const environmentOf = ({ addresses, prefix, rawPrefix }: Run): Record<string, string> => ({
  FALSEWORK_KAFKA_BROKERS: addresses.brokers,
  FALSEWORK_REGISTRY_URL: addresses.registryUrl,
  FALSEWORK_TOPICS_PREFIX: prefix,
  FALSEWORK_TOPICS_RAW_PREFIX: rawPrefix,
  FALSEWORK_HTTP_PORT: '0',
  FALSEWORK_ROWS_DIRECTORY: rowsDirectory,
  NODE_NO_WARNINGS: '1',
})

/** What is measured is the package as it is published: stripping the types of sources costs memory and time. */
export function buildPackage(): void {
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the package cannot be built: ${stdout}`)
}

/** The daemon with a project whose events all go to `order-changes.v1` under one contract. */
export function falsework(project: string): Peer {
  const contract = onlyContract(project)
  return {
    name: 'falsework',
    outputTopic: ({ prefix }) => `${prefix}order-changes.v1`,
    deadLetterTopic: ({ prefix }) => topicNames(prefix).deadLetters,
    prepare: (run) => {
      const { status, stderr, stdout } = spawnSync(
        process.execPath,
        ['src/cli/process.ts', 'register', '--project', project],
        { cwd: root, env: { ...process.env, ...environmentOf(run) }, encoding: 'utf8' },
      )
      if (status !== 0) throw new Error(`register ended with exit ${status ?? 'by a signal'}: ${stdout}${stderr}`)
    },
    start: (run) =>
      new MeasuredProcess({
        program: ['dist/cli/process.js', 'run', '--project', project],
        environment: environmentOf(run),
        folder: root,
      }),
    read: ({ value, headers }) => {
      const framed = unframe(value ?? Buffer.alloc(0))
      if (framed === null) throw new Error('an event without a frame')
      return {
        id: headers.get('ce_id')?.toString() ?? '',
        text: eventJson(contract, contract.decode(framed.avro)),
      }
    },
  }
}

function onlyContract(project: string): Contract {
  const [file = ''] = globSync(join(project, 'contracts', '*.avsc'))
  const parsed = parseContract({
    text: readFileSync(file, 'utf8'),
    file,
    ...(contractFileName(file) ?? { event: '', version: 0 }),
  })
  if (parsed.kind === 'refused') throw new Error(`${file} is no contract: ${JSON.stringify(parsed.problems)}`)
  return parsed.contract
}

export const handWritten: Peer = {
  name: 'hand-written kafkajs handler',
  outputTopic: ({ prefix }) => `${prefix}output`,
  deadLetterTopic: () => null,
  prepare: () => undefined,
  start: (run) =>
    new MeasuredProcess({
      program: ['bench/peers/hand-written.ts'],
      environment: {
        BENCH_BROKERS: run.addresses.brokers,
        BENCH_RAW: rawTopicOf(run.rawPrefix),
        BENCH_OUTPUT: `${run.prefix}output`,
        BENCH_GROUP: `${run.prefix}group`,
        KAFKAJS_NO_PARTITIONER_WARNING: '1',
        NODE_NO_WARNINGS: '1',
      },
      folder: root,
    }),
  read: ({ value, headers }) => {
    const fields = JSON.parse(value?.toString() ?? '') as Record<string, unknown>
    const changedAtUs = BigInt(Date.parse(String(fields['changedAt']))) * 1_000n
    return {
      id: headers.get('id')?.toString() ?? '',
      text: JSON.stringify({ ...fields, changedAt: formatInstant(changedAtUs) }),
    }
  },
}
