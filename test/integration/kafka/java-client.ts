/** Runs the Java client on the class path of the stack. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inject } from 'vitest'

const program = fileURLToPath(new URL('JavaClient.java', import.meta.url))
const quick = ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx128m', '-Dfile.encoding=UTF-8']

/** The lines that it prints. */
export async function javaClient(...parameters: readonly string[]): Promise<readonly string[]> {
  const { brokers, classPath } = inject('stack')
  const { stdout } = await promisify(execFile)('java', [...quick, '-cp', classPath, program, brokers, ...parameters])
  return stdout.split('\n').filter((line) => line !== '')
}
