/** The JVM parts of the local stack (Kafka, Connect, Debezium, registry): resolved once through Maven, kept by version. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connectPluginFolder, resolveConnectPlugin } from './connect-plugin.ts'
import { StackError } from './stack-error.ts'

const here = dirname(fileURLToPath(import.meta.url))
const pom = join(here, 'pom.xml')

export interface JvmParts {
  /** Class path of broker, Connect worker and the verifier. */
  readonly libs: string
  /** Connect's `plugin.path`: Debezium, and falsework's own transformation. */
  readonly plugins: readonly string[]
  readonly registryJar: string
  /** Names the exact jars and JDK: class-data archives are valid for one such pair only. */
  readonly fingerprint: string
  readonly archives: string
}

const oldestJava = 17

/** What is missing for the JVM parts, as one sentence with the remedy; null when all is there. */
export function missingForJvmParts(): string | null {
  const version = javaVersion()
  if (version === null) {
    return `java is not on the PATH: install Java ${oldestJava} or newer (Debian: apt-get install default-jdk-headless)`
  }
  if (Number.parseInt(version, 10) < oldestJava) {
    return `java is version ${version}: the local stack needs Java ${oldestJava} or newer`
  }
  if (existsSync(partsFolder()) && existsSync(connectPluginFolder(cacheFolder()))) return null
  return runs('mvn', ['-v']) ? null : 'mvn is not on the PATH: install Maven (Debian: apt-get install maven)'
}

/** Resolves the parts if they are not there yet; `onProgress` gets one line while it downloads. */
export async function resolveJvmParts(onProgress: (line: string) => void): Promise<JvmParts> {
  const missing = missingForJvmParts()
  if (missing !== null) throw new StackError(missing)
  const folder = partsFolder()
  if (!existsSync(folder)) await download(folder, onProgress)
  const archives = join(folder, `archives-java-${javaVersion() ?? ''}`)
  mkdirSync(archives, { recursive: true })
  const { stdout } = await promisify(execFile)('ls', [join(folder, 'registry')])
  const registryJar = stdout.split('\n').find((name) => name.endsWith('-runner.jar'))
  if (registryJar === undefined) throw new StackError(`no registry in ${folder}: delete the folder and start again`)
  return {
    libs: join(folder, 'libs'),
    plugins: [join(folder, 'plugins'), await resolveConnectPlugin(cacheFolder(), onProgress)],
    registryJar: join(folder, 'registry', registryJar),
    fingerprint: pomHash(),
    archives,
  }
}

async function download(folder: string, onProgress: (line: string) => void): Promise<void> {
  // Into a neighbour first: a folder under its final name is always whole.
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  onProgress('resolving Kafka, Connect, Debezium and the registry through Maven (once, about 150 MB)')
  const child = spawn('mvn', ['-q', '-B', '-f', pom, 'process-resources', `-Dout=${partial}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const started = performance.now()
  const ticker = setInterval(() => {
    const jars = existsSync(join(partial, 'libs')) ? 'unpacking' : 'downloading'
    onProgress(`Maven: ${jars}, ${Math.round((performance.now() - started) / 1000)} s`)
  }, 5_000)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(ticker)
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true })
    const cause = output.split('\n').find((line) => line.includes('ERROR')) ?? output.trim().slice(-300)
    throw new StackError(`Maven could not resolve the parts of the local stack: ${cause}`)
  }
  // Another checkout with the same cache may have been quicker.
  if (existsSync(folder)) rmSync(partial, { recursive: true, force: true })
  else renameSync(partial, folder)
}

const pomHash = (): string => createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)

/** `FALSEWORK_STACK_CACHE` lets several checkouts share the download. */
export const cacheFolder = (): string => process.env['FALSEWORK_STACK_CACHE'] ?? join(here, '..', '.falsework', 'stack')

const partsFolder = (): string => join(cacheFolder(), pomHash())

function javaVersion(): string | null {
  try {
    const text = execFileSync('java', ['--version'], { encoding: 'utf8' })
    return /\d+(\.\d+)*/.exec(text)?.[0] ?? null
  } catch {
    return null
  }
}

function runs(command: string, arguments_: readonly string[]): boolean {
  try {
    execFileSync(command, arguments_, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
