/** The service of examples/native-service-java as a process. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { repository } from '../../cli/in-process.ts'

const project = join(repository, 'examples', 'native-service-java')
const quick = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx128m']

/** Compiles it, and runs its own tests. */
export async function buildJavaService(): Promise<void> {
  try {
    await promisify(execFile)('mvn', ['-q', '-B', '-f', join(project, 'pom.xml'), 'package'])
  } catch (cause) {
    // Maven says on its standard output what is wrong.
    throw new Error((cause as { readonly stdout?: string }).stdout ?? 'mvn cannot be run', { cause })
  }
}

export interface JavaService {
  /** Puts a line into its standard input. */
  tell(line: string): void
  /** Resolves when it has printed a line that begins so, with all lines so far; raises when it ends without. */
  says(beginning: string): Promise<readonly string[]>
  /** Ends its standard input. */
  finish(): void
  /** Its exit code. */
  readonly ended: Promise<number | null>
  kill(): void
}

export function startJavaService(options: Readonly<Record<string, string>>): JavaService {
  const parameters = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const jar = join(project, 'target', 'native-service.jar')
  const child = spawn('java', [...quick, '-jar', jar, ...parameters], { stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const output = createInterface({ input: child.stdout })
  output.on('line', (line) => lines.push(line))
  // A service that has ended reads nothing any more.
  child.stdin.on('error', () => undefined)
  let hasEnded = false
  const ended = once(child, 'close').then(() => {
    hasEnded = true
    return child.exitCode
  })
  return {
    tell: (line) => child.stdin.write(`${line}\n`),
    says: async (beginning) => {
      const isSaid = (): boolean => lines.some((line) => line.startsWith(beginning))
      while (!isSaid() && !hasEnded) await Promise.race([once(output, 'line'), ended])
      if (isSaid()) return lines
      throw new Error(`the service ended before it said '${beginning}': ${lines.join(' / ')}\n${errors}`)
    },
    finish: () => child.stdin.end(),
    ended,
    kill: () => child.kill('SIGKILL'),
  }
}
