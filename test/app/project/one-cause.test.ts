import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { chooseFiles } from '../../../src/app/project/choose-files.ts'
import type { ProjectTexts, TextFile } from '../../../src/app/project/project-texts.ts'
import { fixtureProblems, testMappings } from '../../../src/app/project/test-project.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import { shopProject } from '../../demo/shop-project.ts'
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

it('a catalog that is not there is said of the file that it would be', async () => {
  const project = await benchProject()
  const { problems } = validateProject({ ...project, texts: { ...project.texts, catalogs: [] } }, names)
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "FW2301 there is no catalog of source 'bench'",
  ])
})

it('a catalog that is not there is said once, however many mappings name its source', () => {
  const project = shopProject()
  const catalogs = project.texts.catalogs.filter(({ path }) => path !== 'catalog/shop.json')
  const { problems } = validateProject({ ...project, texts: { ...project.texts, catalogs } }, names)
  const said = problems.filter(({ message }) => message === "there is no catalog of source 'shop'")
  expect(said.map(({ code, place }) => `${place.file} ${code}`)).toEqual(['catalog/shop.json FW2301'])
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

/** What `validate` says of the shop, with its fixtures and migrations, one file of which is edited; the file of each mistake is left out. */
function saidOfShop(edited: string, edit: (text: string) => string): string[] {
  const project = shopProject()
  const migrations = ['order-placed', 'order-lifecycle'].map((name) => {
    const path = `migrations/${name}.yaml`
    return { path, text: readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8') }
  })
  const texts = Object.fromEntries(
    Object.entries({ ...project.texts, migrations }).map(([kind, files]) => [
      kind,
      (files as readonly TextFile[]).map((file) => (file.path === edited ? { ...file, text: edit(file.text) } : file)),
    ]),
  ) as unknown as ProjectTexts
  const whole = { ...project, texts }
  const checked = validateProject(whole, names)
  const tests = testMappings(whole, checked, chooseFiles(whole, checked, []))
  return [...checked.problems, ...fixtureProblems(tests)].map(
    ({ code, place, message }) => `${place.file}:${place.line} ${code} ${message}`,
  )
}

it('of the shop as it is nothing is said', () => {
  expect(saidOfShop('', (text) => text)).toEqual([])
})

const placedContract = 'contracts/OrderPlaced.v1.avsc'
const erasedContract = 'contracts/CustomerErased.v1.avsc'

it.each<{ mistake: string; file: string; edit: (text: string) => string; says: RegExp }>([
  {
    mistake: 'a key that is twice in a contract',
    file: placedContract,
    edit: (text) => text.replace('"owner"', '"type": "record", "owner"'),
    says: /^contracts\/OrderPlaced.v1.avsc:5 FW2401 type is there twice/,
  },
  {
    mistake: 'a contract without its name',
    file: placedContract,
    edit: (text) => text.replace('  "name": "OrderPlaced",\n', ''),
    says: /^contracts\/OrderPlaced.v1.avsc:\d+ FW24/,
  },
  {
    mistake: 'a contract that is not JSON',
    file: erasedContract,
    edit: (text) => text.replace('{', '{,'),
    says: /^contracts\/CustomerErased.v1.avsc:1 FW2401 not JSON/,
  },
  {
    mistake: 'a list of rules that does not end',
    file: 'mappings/account.yaml',
    edit: (text) => text.replace('rules:', 'rules: ['),
    says: /^mappings\/account.yaml:\d+ FW2001/,
  },
  {
    mistake: 'an anchor',
    file: 'mappings/order-placed.yaml',
    edit: (text) => text.replace('owner: ', 'owner: &x '),
    says: /^mappings\/order-placed.yaml:4 FW2002/,
  },
  {
    mistake: 'a tag',
    file: 'mappings/account.yaml',
    edit: (text) => text.replace('when: "after.del_flg', 'when: !after.del_flg "'),
    says: /^mappings\/account.yaml:11 FW2006/,
  },
])('of $mistake nothing is said in fixtures and migrations', ({ file, edit, says }) => {
  const [problem, ...others] = saidOfShop(file, edit)
  expect(others).toEqual([])
  expect(problem).toMatch(says)
})
