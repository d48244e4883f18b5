/** Files that are not there yet: a person's own are never written over. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import type { ProjectFile } from './project-file.ts'

/** Writes all of them below `root`, or none. Raises `TARGET_EXISTS`, naming those that are there, and `PROJECT_FILE`. */
export async function writeNewFiles(root: string, files: readonly ProjectFile[]): Promise<void> {
  const present = files.filter(({ path }) => existsSync(join(root, path)))
  if (present.length > 0) {
    throw new FalseworkError('TARGET_EXISTS', `there already in ${root}: ${present.map(({ path }) => path).join(', ')}`)
  }
  for (const { path, text } of files) {
    const target = join(root, path)
    try {
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, text, { flag: 'wx' })
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
      throw new FalseworkError('PROJECT_FILE', `${target} cannot be written: ${reason}`, { cause })
    }
  }
}

/** The files of a new project as the package has them, with their placeholders, in order of their paths. */
export async function readProjectTemplate(packageRoot: URL): Promise<readonly ProjectFile[]> {
  const folder = fileURLToPath(new URL('templates/project/', packageRoot))
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = paths.toSorted().map(async (path) => ({
    path: path.slice(folder.length).replaceAll(sep, posix.sep),
    text: await readFile(path, 'utf8'),
  }))
  return await Promise.all(files)
}
