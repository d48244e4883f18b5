/** Commands that pages name in passing. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { falsework, repository } from '../cli/in-process.ts'

const pages = globSync(['README.md', 'docs/*.md'], { cwd: repository }).filter((page) => page !== 'docs/roadmap.md')

/** Of `migrate promote MAPPING --to native`: the words in front, which may be a command with arguments. */
const wordsOf = (said: string): readonly string[] => /^[a-z-]+( [a-z][a-z-]*)*/.exec(said)?.[0].split(' ') ?? []

/** Help is given of the last command that is known: whatever stands behind it must be an argument that it takes. */
async function isThere(said: string): Promise<boolean> {
  const words = wordsOf(said)
  const { code, out } = await falsework([...words, '--help'])
  const [, usage = ''] = /^Usage: falsework (.*)$/m.exec(out) ?? []
  const path = wordsOf(usage)
  const takes = /<|\[(?!options|command)/.test(usage)
  const options = said.match(/(?<= )--[a-z-]+/g) ?? []
  return code === 0 && (words.length === path.length || takes) && options.every((option) => out.includes(option))
}

it.each(pages)('%s names commands and options that there are', async (page) => {
  const text = readFileSync(join(repository, page), 'utf8')
  const unknown: string[] = []
  for (const [, said = ''] of text.matchAll(/`falsework ([a-z][^`\n]*)`/g))
    if (!(await isThere(said))) unknown.push(said)
  expect(unknown).toEqual([])
})

it.each(['migrate hand-over', 'promote', 'migrate promote orders --force'])('falsework %s is none', async (said) => {
  expect(await isThere(said)).toBe(false)
})
