/** Commands that pages name in passing, and those that messages and pages tell people to type. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { falsework, refusalOf, repository } from '../cli/in-process.ts'

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

/** What stands in for the placeholders of a command, which are in capitals, and for what a message fills in. */
const filled = (said: string): readonly string[] =>
  said
    .replaceAll(/\$\{[^}]*\}/g, '1')
    .replaceAll(/\bOFFSET\b/g, '1')
    .replaceAll('…', '')
    .split(' ')

const commandsIn = (text: string): string[] => {
  // A command may stand in a template, and may be continued in the next line of a literal.
  const read = text.replaceAll('\\`', '`').replaceAll(/' \+\n\s*'/g, '')
  return [...read.matchAll(/`falsework (?<said>[a-z][^`\n]*)`/g)].flatMap(({ groups }) => groups?.['said'] ?? [])
}

/** With a placeholder or an option, and nothing left out, it is there to be typed; a name alone is a name. */
const isWhole = (said: string): boolean => /[A-Z]{2}| -/.test(said) && !said.includes('…')

it.each(pages)('%s shows commands that are understood as they are typed', async (page) => {
  const text = readFileSync(join(repository, page), 'utf8')
  const refused: string[] = []
  for (const said of commandsIn(text).filter(isWhole)) {
    const refusal = await refusalOf(filled(said))
    if (refusal !== null) refused.push(`falsework ${said}: ${refusal}`)
  }
  expect(refused).toEqual([])
})

it.each(['migrate hand-over', 'promote', 'migrate promote orders --force'])('falsework %s is none', async (said) => {
  expect(await isThere(said)).toBe(false)
})

/** Of every text that tells people what to type: remedies of errors, conditions of `doctor`, warnings, next steps. */
const sources = globSync('src/**/*.ts', { cwd: repository })
const isComment = (line: string): boolean => /^\s*(\/\*\*|\*|\/\/)/.test(line)

const told = sources.flatMap((path) => {
  const lines = readFileSync(join(repository, path), 'utf8').split('\n')
  return commandsIn(lines.filter((line) => !isComment(line)).join('\n')).map((said) => ({ path, said }))
})

it('every command that a message says can be typed as it says', async () => {
  const refused: string[] = []
  for (const { path, said } of told) {
    const refusal = await refusalOf(filled(said))
    if (refusal !== null) refused.push(`${path}: falsework ${said}: ${refusal}`)
  }
  expect(refused).toEqual([])
  // Of errors, of conditions, and in templates.
  expect(told.map(({ said }) => said)).toEqual(
    expect.arrayContaining(['resume SOURCE --new-incarnation --reason TEXT', 'state copy SOURCE DIR', 'audit SOURCE']),
  )
})

it.each(['resume SOURCE', 'audit', 'state copy', 'dead-letters discard --all', 'migrate'])(
  'falsework %s is not understood',
  async (said) => {
    expect(await refusalOf(filled(said))).not.toBe(null)
  },
)
