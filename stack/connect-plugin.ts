/** falsework's transformations for Kafka Connect, built by Maven from `connect-plugin/` and kept by the hash of its sources. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { StackError } from './stack-error.ts'

const project = join(import.meta.dirname, '..', 'connect-plugin')
const jar = 'falsework-connect.jar'

/** Holds the jar alone, once it is built: an entry of Connect's `plugin.path`. */
export const connectPluginFolder = (cache: string): string => join(cache, `connect-plugin-${sourcesHash()}`)

/** Builds it if it is not there yet. Raises StackError. */
export async function resolveConnectPlugin(cache: string, onProgress: (line: string) => void): Promise<string> {
  const folder = connectPluginFolder(cache)
  if (existsSync(folder)) return folder
  onProgress('building the Connect plugin through Maven')
  try {
    await promisify(execFile)('mvn', ['-q', '-B', '-f', join(project, 'pom.xml'), 'package', '-DskipTests'])
  } catch (error) {
    const output = (error as { readonly stdout?: string }).stdout ?? ''
    const cause =
      output.split('\n').find((line) => line.includes('ERROR')) ?? 'see mvn -f connect-plugin/pom.xml package'
    throw new StackError(`Maven could not build the Connect plugin: ${cause}`)
  }
  // Into a neighbour first: a folder under its final name is always whole.
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  copyFileSync(join(project, 'target', jar), join(partial, jar))
  if (existsSync(folder)) rmSync(partial, { recursive: true, force: true })
  else renameSync(partial, folder)
  return folder
}

function sourcesHash(): string {
  const hash = createHash('sha256')
  for (const path of globSync('{pom.xml,src/main/**/*}', { cwd: project, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()) {
    hash.update(path.slice(project.length)).update(readFileSync(path))
  }
  return hash.digest('hex').slice(0, 12)
}
