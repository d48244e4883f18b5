import { expect, it } from 'vitest'
import type { ProjectTexts } from '../../../src/app/project/project-texts.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import { benchProject, names } from '../bench-project.ts'

type Kind = 'contracts' | 'catalogs' | 'connectors'

async function said(kind: Kind, edit: (text: string) => string): Promise<string[]> {
  const project = await benchProject()
  const files = project.texts[kind].map(({ path, text }) => ({ path, text: edit(text) }))
  const texts: ProjectTexts = { ...project.texts, [kind]: files }
  const { problems } = validateProject({ ...project, texts }, names)
  return problems.map(({ code, place, message }) => `${place.file}:${place.line} ${code} ${message}`)
}

it.each<{ kind: Kind; edit: (text: string) => string; says: RegExp }>([
  {
    kind: 'contracts',
    edit: (text) => text.replace('"int"', '"integer"'),
    says: /^contracts\/\S+ FW2404 type integer/,
  },
  { kind: 'contracts', edit: (text) => text.replace('{', '{,'), says: /^contracts\/\S+ FW2401 not JSON/ },
  {
    kind: 'catalogs',
    edit: (text) => text.replace('{', '{"x": 1,'),
    says: /^catalog\/bench.json:1 FW2502 unknown key x/,
  },
  {
    kind: 'catalogs',
    edit: (text) => text.slice(1),
    says: /^catalog\/bench.json:2 FW2501 not JSON: expected the end/,
  },
  { kind: 'connectors', edit: (text) => text.slice(1), says: /^connectors\/bench.json:2 CONFIG_INVALID not JSON/ },
])('a mistake in the $kind is said once, and not as their absence', async ({ kind, edit, says }) => {
  const [problem, ...others] = await said(kind, edit)
  expect(others).toEqual([])
  expect(problem).toMatch(says)
})

it('a catalog that is not there is said where the mapping names its source', async () => {
  const project = await benchProject()
  const { problems } = validateProject({ ...project, texts: { ...project.texts, catalogs: [] } }, names)
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "FW2301 there is no catalog of source 'bench'",
  ])
})

it('several keys that are there twice are each named, in every kind of JSON file', async () => {
  const twice = '{"a": 1, "b": [{"c": 1,\n"c": 2}],\n"a": 3}'
  const [contract, catalog, connector] = [
    await said('contracts', () => twice),
    await said('catalogs', () => twice),
    await said('connectors', () => twice),
  ].map((lines) => lines.filter((line) => line.endsWith('is there twice')).map((line) => line.replace(/^\S+:/, '')))
  expect(contract).toEqual(['2 FW2401 b[0]: c is there twice', '3 FW2401 a is there twice'])
  expect(catalog).toEqual(['3 FW2502 a is there twice'])
  expect(connector).toEqual(['3 CONFIG_INVALID a is there twice'])
})
