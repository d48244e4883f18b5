import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

it('some three hundred mistakes in files are tabled with all that is said of them, place and words', () => {
  // Each row of such a table names its mistake, and says everything that is said.
  const rows = globSync('test/{core,config}/**/*.test.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^ +mistake: .*\n(?:(?! +mistake: ).*\n)*? +says: \[/gm)].map(
      () => file,
    ),
  )
  expect(rows.length).toBeGreaterThan(300)
  expect(new Set(rows).size).toBeGreaterThan(17)
})
