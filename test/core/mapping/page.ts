/** Runs the mappings on a page of the documentation with the fixtures that stand behind each of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCatalog } from '../../../src/core/catalog/catalog-file.ts'
import type { Contract } from '../../../src/core/event/contract/contract.ts'
import { checkMapping } from '../../../src/core/mapping/check/check-mapping.ts'
import { runFixtures } from '../../../src/core/mapping/fixtures/run-fixtures.ts'
import { settings } from '../expression/scopes.ts'
import { surroundings } from './sample.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

export interface PageRun {
  /** Fixtures that did. */
  readonly passed: number
  /** Mistakes and differences; none where the page is right. */
  readonly problems: readonly string[]
}

/** Blocks of YAML are a mapping and its fixtures, in turns; blocks of no language are not run. */
export function runPage(page: string, contracts: readonly Contract[]): PageRun {
  const blocks = [...read(page).matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
  const parsed = parseCatalog({ text: read('catalog/shop.json'), file: 'shop.json' })
  if (parsed.kind === 'refused') throw new Error('the catalog of the shop cannot be read')
  const shop = {
    ...surroundings,
    keepsRows: () => true,
    catalog: parsed.catalog,
    contracts: new Map(contracts.map((contract) => [`${contract.event}.v${contract.version}`, contract])),
  }
  const problems: string[] = []
  let passed = 0
  for (let at = 0; at < blocks.length; at += 2) {
    const checked = checkMapping({ text: blocks[at] ?? '', file: page }, new Map([['shop', shop]]))
    problems.push(...checked.problems.map(({ place, message }) => `${place.line}:${place.column} ${message}`))
    if (checked.mapping === null) continue
    const { mapping } = checked
    const run = runFixtures(
      { text: blocks[at + 1] ?? '', file: page },
      new Map([[mapping.name, { mapping, settings }]]),
    )
    problems.push(...run.problems.map(({ message }) => message))
    for (const { outcome, name, differences } of run.cases) {
      if (outcome === 'passed') passed += 1
      problems.push(...differences.map(({ path, expected, got }) => `${name}: ${path}: ${expected}, got ${got}`))
    }
  }
  return { passed, problems }
}
