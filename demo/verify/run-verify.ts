/** Runs the independent check on the stack's class path. */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface VerifyOptions {
  readonly brokers: string
  readonly registryUrl: string
  /** Class path of the stack: the jars of Kafka, `<parts>/libs/*`. */
  readonly classPath: string
  /** Where the audit tables are. */
  readonly audit: AuditDatabase
  /** Where the new service notes what it does itself, where there is one. */
  readonly service?: AuditDatabase
  /** Name in the expectations (`orders.v1`) to the topic's name in Kafka. */
  readonly topics: Readonly<Record<string, string>>
  /** The same for a second translation of the same raw log, whose ids must be the same. */
  readonly scratchTopics?: Readonly<Record<string, string>>
  readonly deadLetterTopic?: string
  /** How long to wait for as many events as are expected; 0 looks once. */
  readonly waitSeconds?: number
}

export interface AuditDatabase {
  readonly kind: 'postgresql' | 'mariadb'
  readonly host: string
  readonly port: number
  /** Of PostgreSQL. */
  readonly database?: string
  readonly user: string
  readonly password: string
}

export interface Verdict {
  /** 0: no difference. 1: differences. 2: nothing could be said, and `counts` is null. */
  readonly exitCode: number
  readonly counts: VerdictCounts | null
  /** One line for each difference, up to a bound; what went wrong, with exit code 2. */
  readonly lines: readonly string[]
}

export interface VerdictCounts {
  readonly transactions: number
  readonly events: number
  readonly missing: number
  readonly duplicate: number
  readonly unexpected: number
  readonly outOfOrder: number
  readonly different: number
  readonly idMismatch: number
  readonly deadLetterMismatch: number
}

export async function runVerify(options: VerifyOptions): Promise<Verdict> {
  const child = spawn('java', parametersOf(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...environmentOf('AUDIT', options.audit),
      ...(options.service !== undefined && environmentOf('SERVICE', options.service)),
    },
  })
  let [output, complaints] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 2))
  })
  if (exitCode !== 0 && exitCode !== 1) return { exitCode, counts: null, lines: complaints.trim().split('\n') }
  const lines = output.trim().split('\n')
  return { exitCode, counts: JSON.parse(lines.at(-1) ?? '') as VerdictCounts, lines: lines.slice(0, -1) }
}

const environmentOf = (
  name: 'AUDIT' | 'SERVICE',
  { kind, host, port, database = '', user, password }: AuditDatabase,
): Record<string, string> => ({
  [`FALSEWORK_${name}_URL`]: `jdbc:${kind}://${host}:${port}/${database}`,
  [`FALSEWORK_${name}_USER`]: user,
  [`FALSEWORK_${name}_PASSWORD`]: password,
})

function parametersOf(options: VerifyOptions): readonly string[] {
  const libs = dirname(options.classPath)
  // Debezium brings the drivers of its databases.
  const connector = { postgresql: 'postgres', mariadb: 'mariadb' }[options.audit.kind]
  const driver = join(dirname(libs), 'plugins', `debezium-connector-${connector}`, '*')
  const pairs = (name: string, topics: Readonly<Record<string, string>>): string[] =>
    Object.entries(topics).flatMap(([expected, real]) => [`--${name}`, `${expected}=${real}`])
  return [
    ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m'],
    ...['-cp', `${options.classPath}:${driver}`, fileURLToPath(new URL('Verify.java', import.meta.url))],
    ...['--brokers', options.brokers, '--registry', options.registryUrl],
    ...pairs('topic', options.topics),
    ...pairs('scratch', options.scratchTopics ?? {}),
    ...(options.deadLetterTopic === undefined ? [] : ['--dead-letters', options.deadLetterTopic]),
    ...(options.waitSeconds === undefined ? [] : ['--wait', String(options.waitSeconds)]),
  ]
}
