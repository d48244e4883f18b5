/** The transformation for Kafka Connect, as it is shipped: one small jar. */
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

/** In the package, and in a checkout once Maven has built it. */
const shipped = 'connect-plugin/target/falsework-connect.jar'

/**
 * Copies the jar into a folder of its own below `folder`, as Connect wants its plugins, over an older one. Gives the
 * jar's path. Raises `PLUGIN_NOT_COPIED`.
 */
export async function copyConnectPlugin(packageRoot: URL, folder: string): Promise<string> {
  const jar = fileURLToPath(new URL(shipped, packageRoot))
  if (!(await isThere(jar, 'file'))) {
    throw new FalseworkError(
      'PLUGIN_NOT_COPIED',
      'this checkout has not built it: mvn -f connect-plugin/pom.xml package',
    )
  }
  if (!(await isThere(folder, 'folder'))) throw new FalseworkError('PLUGIN_NOT_COPIED', `there is no folder ${folder}`)
  const target = join(folder, 'falsework-connect', 'falsework-connect.jar')
  try {
    await mkdir(join(folder, 'falsework-connect'), { recursive: true })
    await copyFile(jar, target)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new FalseworkError('PLUGIN_NOT_COPIED', `${target} cannot be written: ${reason}`, { cause })
  }
  return target
}

async function isThere(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && (kind === 'file' ? found.isFile() : found.isDirectory())
}
