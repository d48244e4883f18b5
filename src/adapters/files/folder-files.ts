/** The files of one folder of a project, and what stands in it that is not read. */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { FalseworkError } from '../../core/diagnostics/falsework-error.ts'
import { codeOf, type ProjectFile, readProjectFile } from './project-file.ts'

/** What stands in a folder of the project and is not read. */
export type UnreadFile =
  /** The files of this folder end in `extension`. */
  | { readonly kind: 'otherName'; readonly path: string; readonly extension: string }
  /** It is named as a file of the project, and gives no text. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'noFolder'; readonly path: string }

export interface FolderFiles {
  readonly files: readonly ProjectFile[]
  readonly unread: readonly UnreadFile[]
}

/** All below `folder`, in order of their paths. Hidden files and those in hidden folders are nobody's. */
export async function readFolder(root: string, folder: string, extension: string): Promise<FolderFiles> {
  const entries = await entriesOf(root, folder)
  if ('kind' in entries) return { files: [], unread: [entries] }
  const files: ProjectFile[] = []
  const unread: UnreadFile[] = []
  for (const { path, entry } of entries) {
    if (!path.endsWith(extension)) {
      if (!entry.isDirectory()) unread.push(otherName({ path, entry }, extension))
      continue
    }
    const read = await textOf(root, path)
    if ('text' in read) files.push(read)
    else unread.push(read)
  }
  return { files, unread }
}

interface Entry {
  readonly path: string
  readonly entry: Dirent
}

async function entriesOf(root: string, folder: string): Promise<readonly Entry[] | UnreadFile> {
  try {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    return entries
      .map((entry) => ({ path: pathOf(root, entry), entry }))
      .filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { kind: 'noFolder', path: folder }
    return { kind: 'unreadable', path: folder, reason: `cannot be read: ${codeOf(cause)}` }
  }
}

/** A link without an extension leads to a folder, most often. */
const otherName = ({ path, entry }: Entry, extension: string): UnreadFile =>
  entry.isSymbolicLink() && posix.extname(path) === ''
    ? { kind: 'unreadable', path, reason: 'is a link to no file; links to folders are not followed' }
    : { kind: 'otherName', path, extension }

const pathOf = (root: string, { parentPath, name }: Dirent): string =>
  posix.join(relative(root, parentPath).replaceAll(sep, posix.sep), name)

async function textOf(root: string, path: string): Promise<ProjectFile | UnreadFile> {
  try {
    const text = await readProjectFile(root, path)
    // A folder has just named it: what is not there is what a link leads to.
    return text === null ? { kind: 'unreadable', path, reason: 'leads to a file that is not there' } : { path, text }
  } catch (cause) {
    if (!(cause instanceof FalseworkError)) throw cause
    return { kind: 'unreadable', path, reason: cause.message.replace(`${path} `, '') }
  }
}
