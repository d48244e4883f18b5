/** One file of a project: read and written by its path in the project, and never outside of it. */
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'

export interface ProjectFile {
  /** Relative to the project, with `/`. */
  readonly path: string
  readonly text: string
}

/** The catalog of ten thousand tables is smaller; what is larger is no text of a person, and is parsed for minutes. */
const fileBytesMax = 32 * 1024 * 1024

/**
 * The text of one file, or null when there is none.
 *
 * Raises `PROJECT_FILE` for what is no file (a pipe might never end), is too large, is no text, or leads out of the
 * project.
 */
export async function readProjectFile(root: string, path: string): Promise<string | null> {
  try {
    const actual = await realpath(join(root, path))
    await expectInside(root, { actual, path })
    const found = await stat(actual)
    if (!found.isFile()) throw refused(path, found.isDirectory() ? 'it is a folder' : 'it is no file')
    if (found.size > fileBytesMax) throw refused(path, `it has ${found.size} bytes, at most ${fileBytesMax} are read`)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(actual))
    if (text.includes('\0')) throw refused(path, 'it has a NUL character (U+0000), which no text may have')
    return text
  } catch (cause) {
    if (cause instanceof FalseworkError) throw cause
    if (codeOf(cause) === 'ENOENT') return null
    throw refused(path, cause instanceof TypeError ? 'it is not UTF-8' : codeOf(cause), cause)
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

const refused = (path: string, reason: string, cause?: unknown): FalseworkError =>
  new FalseworkError('PROJECT_FILE', `${path} cannot be read: ${reason}`, { cause })

/** `ENOENT` and its like. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
