/** A copy of the project that the repository is, to be spoilt. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { falsework, type Ran, repository } from '../in-process.ts'

export interface CopiedShop {
  readonly root: string
  readonly edit: (path: string, change: (text: string) => string) => void
  readonly remove: (path: string) => void
  readonly run: (...parameters: string[]) => Promise<Ran>
  /** From a folder below. */
  readonly runIn: (folder: string, ...parameters: string[]) => Promise<Ran>
}

export function copiedShop(): CopiedShop {
  const root = mkdtempSync(join(tmpdir(), 'shop-'))
  for (const part of ['falsework.yaml', 'mappings', 'contracts', 'catalog', 'connectors']) {
    cpSync(join(repository, part), join(root, part), { recursive: true })
  }
  const runIn = async (folder: string, ...parameters: string[]): Promise<Ran> =>
    await falsework(parameters, {
      folder: join(root, folder),
      environment: { FALSEWORK_KEY_CUSTOMER_EMAIL: 'addresses-of-nobody' },
    })
  return {
    root,
    edit: (path, change) => writeFileSync(join(root, path), change(readFileSync(join(root, path), 'utf8'))),
    remove: (path) => rmSync(join(root, path)),
    run: async (...parameters) => await runIn('.', ...parameters),
    runIn,
  }
}
