/** docs/mappings.md shows what stands in the mappings of this repository, which other tests run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository } from '../cli/in-process.ts'

const page = readFileSync(join(repository, 'docs', 'mappings.md'), 'utf8')
const cuttings = [...page.matchAll(/^(?:`(mappings\/\S+)`\n\n)?```yaml\n(.*?)^```$/gms)]

describe('docs/mappings.md', () => {
  it('shows pieces of mappings', () => {
    expect(cuttings.length).toBeGreaterThan(10)
  })

  it.each(cuttings.map(([, file = 'no file above it', piece = '']) => ({ file, piece })))(
    'shows what stands in $file',
    ({ file, piece }) => {
      expect(readFileSync(join(repository, file), 'utf8')).toContain(piece)
    },
  )

  it('leads to sections that are there', () => {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
    const asked = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, section = '']) => section)
    expect(headings).toEqual(expect.arrayContaining(asked))
  })
})

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
