/** Projects that differ from `bench/project` in what a workload needs, written where the run keeps its files. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bench } from './bench.ts'

export const benchProject = join(import.meta.dirname, 'project')

/** By the path of a file in the project; one that is not there begins empty. */
export type Edits = Readonly<Record<string, ((text: string) => string) | 'removed'>>

export function derivedProject({ folder }: Pick<Bench, 'folder'>, name: string, edits: Edits): string {
  const project = resolve(folder, 'projects', name)
  rmSync(project, { recursive: true, force: true })
  mkdirSync(project, { recursive: true })
  cpSync(benchProject, project, { recursive: true })
  for (const [path, edit] of Object.entries(edits)) {
    const file = join(project, path)
    if (edit === 'removed') rmSync(file)
    else writeFileSync(file, edit(read(file)))
  }
  return project
}

/** What the row store leaves out, in `falsework.yaml`. */
const excluded = /^ *rows: .*\n/m

export const excludingRows =
  (tables: readonly string[]) =>
  (text: string): string =>
    text.replace(excluded, `    rows: {exclude: [${tables.join(', ')}]}\n`)

/** Rows of all tables are kept. */
export const keepingRows = (text: string): string => text.replace(excluded, '')

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
