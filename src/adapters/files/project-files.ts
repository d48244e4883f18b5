/** A project folder's files: read in one go, with paths as they stand in the project, and never from outside it. */
import { mkdir, readdir, readFile, realpath, rename, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

export interface ProjectFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly text: string
}

/** All in order of their paths. */
export interface ProjectFiles {
  readonly mappings: readonly ProjectFile[]
  /** `mappings/<name>.test.yaml` */
  readonly fixtures: readonly ProjectFile[]
  readonly contracts: readonly ProjectFile[]
  readonly codes: readonly ProjectFile[]
  readonly catalogs: readonly ProjectFile[]
  readonly connectors: readonly ProjectFile[]
}

/** Raises `PROJECT_FILE` for a file that is not readable, is not UTF-8, or leads out of the project. */
export async function readProject(root: string): Promise<ProjectFiles> {
  const yaml = await readFolder(root, 'mappings', '.yaml')
  const isFixture = ({ path }: ProjectFile): boolean => path.endsWith('.test.yaml')
  return {
    mappings: yaml.filter((file) => !isFixture(file)),
    fixtures: yaml.filter(isFixture),
    contracts: await readFolder(root, 'contracts', '.avsc'),
    codes: await readFolder(root, 'codes', '.yaml'),
    catalogs: await readFolder(root, 'catalog', '.json'),
    connectors: await readFolder(root, 'connectors', '.json'),
  }
}

/** The text of one file, or null when there is none. Raises `PROJECT_FILE`. */
export async function readProjectFile(root: string, path: string): Promise<string | null> {
  try {
    const actual = await realpath(join(root, path))
    await expectInside(root, { actual, path })
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(actual))
  } catch (cause) {
    if (cause instanceof FalseworkError) throw cause
    if (codeOf(cause) === 'ENOENT') return null
    const reason = cause instanceof TypeError ? 'it is not UTF-8' : codeOf(cause)
    throw new FalseworkError('PROJECT_FILE', `${path} cannot be read: ${reason}`, { cause })
  }
}

/** Writes a file of the project in one step, so that nobody ever reads half of it. Raises `PROJECT_FILE`. */
export async function writeProjectFile(root: string, { path, text }: ProjectFile): Promise<void> {
  const target = join(root, path)
  try {
    await mkdir(dirname(target), { recursive: true })
    await expectInside(root, { actual: await realpath(dirname(target)), path })
    await writeFile(`${target}.new`, text)
    await rename(`${target}.new`, target)
  } catch (cause) {
    if (cause instanceof FalseworkError) throw cause
    throw new FalseworkError('PROJECT_FILE', `${path} cannot be written: ${codeOf(cause)}`, { cause })
  }
}

async function expectInside(root: string, file: { readonly actual: string; readonly path: string }): Promise<void> {
  const inside = relative(await realpath(root), file.actual)
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new FalseworkError('PROJECT_FILE', `${file.path} leads out of the project folder`)
  }
}

async function readFolder(root: string, folder: string, extension: string): Promise<readonly ProjectFile[]> {
  const names = await readdir(join(root, folder), { recursive: true }).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return []
    throw new FalseworkError('PROJECT_FILE', `${folder} cannot be read: ${codeOf(cause)}`, { cause })
  })
  const paths = names
    .filter((name) => name.endsWith(extension))
    .map((name) => posix.join(folder, name.replaceAll(sep, posix.sep)))
    .toSorted()
  const files: ProjectFile[] = []
  for (const path of paths) {
    const text = await readProjectFile(root, path)
    if (text !== null) files.push({ path, text })
  }
  return files
}

/** `ENOENT` and its like. */
const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
