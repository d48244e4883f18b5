/** A copy of the benchmark's project, to be changed, on an installation in memory. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Installation, installation } from '../../app/bench-project.ts'
import { falsework, type Ran, repository } from '../in-process.ts'

export interface CopiedBench {
  readonly root: string
  readonly bench: Installation
  readonly edit: (path: string, change: (text: string) => string) => void
  /** A new file, made of one that is there. */
  readonly add: (path: string, made: { readonly from: string; readonly change: (text: string) => string }) => void
  readonly run: (...parameters: string[]) => Promise<Ran>
  /** The same at a terminal, where a person answers; how often is counted. */
  readonly runAsked: (
    answer: () => Promise<boolean>,
    ...parameters: string[]
  ) => Promise<Ran & { readonly asked: number }>
}

export function copiedBench(): CopiedBench {
  const root = mkdtempSync(join(tmpdir(), 'bench-'))
  cpSync(join(repository, 'bench', 'project'), root, { recursive: true })
  const bench = installation()
  const { kafka, schemaRegistry } = bench
  const on = { folder: root, ports: () => ({ kafka, schemaRegistry }) }
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text)
  return {
    root,
    bench,
    edit: (path, change) => write(path, change(read(path))),
    add: (path, { from, change }) => write(path, change(read(from))),
    run: async (...parameters) => await falsework(parameters, on),
    runAsked: async (answer, ...parameters) => {
      let asked = 0
      const confirm = async () => {
        asked += 1
        return await answer()
      }
      return { ...(await falsework(parameters, { ...on, confirm })), asked }
    },
  }
}
