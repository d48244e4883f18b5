import { describe, expect, it } from 'vitest'
import type { ProjectTexts, UnreadFile } from '../../../src/app/project/project-texts.ts'
import { validateProject } from '../../../src/app/project/validate-project.ts'
import { benchProject, names } from '../bench-project.ts'

async function said(edit: (texts: ProjectTexts) => Partial<ProjectTexts>): Promise<readonly string[]> {
  const project = await benchProject()
  const texts = { ...project.texts, ...edit(project.texts) }
  const { problems } = validateProject({ ...project, texts }, names)
  // What a mapping leaves unsaid is no matter of the folder.
  return problems
    .filter(({ code }) => code !== 'FW2338')
    .map(
      ({ severity, code, message, place, hint }) =>
        `${place.file}:${place.line}:${place.column} ${severity} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
    )
}

describe('what a project folder holds and nobody reads', () => {
  const other = (path: string, extension: string): UnreadFile => ({ kind: 'otherName', path, extension })
  it.each<{ what: string; unread: UnreadFile; says: readonly string[] }>([
    {
      what: 'a mapping with the other end of YAML',
      unread: other('mappings/x.yml', '.yaml'),
      says: [
        'mappings/x.yml:1:1 error FW2009 it is not read: the files of mappings end in .yaml | rename it to mappings/x.yaml',
      ],
    },
    {
      what: 'a mapping in capitals',
      unread: other('mappings/x.YAML', '.yaml'),
      says: [
        'mappings/x.YAML:1:1 error FW2009 it is not read: the files of mappings end in .yaml | rename it to mappings/x.yaml',
      ],
    },
    {
      what: 'a contract that is called JSON',
      unread: other('contracts/X.v1.json', '.avsc'),
      says: [
        'contracts/X.v1.json:1:1 error FW2009 it is not read: the files of contracts end in .avsc | rename it to contracts/X.v1.avsc',
      ],
    },
    {
      what: 'a copy that an editor has left',
      unread: other('catalog/shop.json.orig', '.json'),
      says: [
        'catalog/shop.json.orig:1:1 warning FW2009 it is not read: the files of catalog end in .json | rename it, or move it out of the folder',
      ],
    },
    { what: 'a page for people', unread: other('mappings/README.md', '.yaml'), says: [] },
    {
      what: 'a link that leads nowhere',
      unread: { kind: 'unreadable', path: 'mappings/x.yaml', reason: 'leads to a file that is not there' },
      says: ['mappings/x.yaml:1:1 error FW2009 it leads to a file that is not there'],
    },
    {
      what: 'no mappings at all',
      unread: { kind: 'noFolder', path: 'mappings' },
      says: ['mappings:1:1 warning FW2009 there is no such folder: no mapping is read'],
    },
    { what: 'no codes at all', unread: { kind: 'noFolder', path: 'codes' }, says: [] },
  ])('$what', async ({ unread, says }) => {
    expect(await said(() => ({ unread: [unread] }))).toEqual(says)
  })

  it('is said once, and not as an absence as well', async () => {
    const cannot = (path: string): UnreadFile => ({ kind: 'unreadable', path, reason: 'cannot be read: EACCES' })
    expect(await said(() => ({ catalogs: [], unread: [cannot('catalog/bench.json')] }))).toEqual([
      'catalog/bench.json:1:1 error FW2009 it cannot be read: EACCES',
    ])
    expect(await said(() => ({ connectors: [], unread: [cannot('connectors/bench.json')] }))).toEqual([
      'connectors/bench.json:1:1 error FW2009 it cannot be read: EACCES',
    ])
  })
})

describe('files that stand for the same thing, or for nothing', () => {
  it('are a second catalog of a source', async () => {
    const again = ({ catalogs }: ProjectTexts) => ({
      catalogs: [...catalogs, ...catalogs.map(({ text }) => ({ path: 'catalog/copy.json', text }))],
    })
    expect(await said(again)).toEqual([
      'catalog/copy.json:1:1 error FW2009 catalog/bench.json is the catalog of bench already | delete one',
    ])
  })

  it('are a catalog of a source that nobody declares', async () => {
    const stray = ({ catalogs }: ProjectTexts) => ({
      catalogs: [
        ...catalogs,
        ...catalogs.map(({ text }) => ({ path: 'catalog/benhc.json', text: text.replace('"bench"', '"benhc"') })),
      ],
    })
    expect(await said(stray)).toEqual([
      'catalog/benhc.json:1:1 warning FW2009 it is a catalog of benhc, a source that falsework.yaml does not declare | did you mean "bench"? (have bench)',
    ])
  })

  it('are a connector file that no source names', async () => {
    const stray = ({ connectors }: ProjectTexts) => ({
      connectors: [...connectors, { path: 'connectors/old.json', text: '{}' }],
    })
    expect(await said(stray)).toEqual([
      'connectors/old.json:1:1 warning FW2009 no source of falsework.yaml names this connector file',
    ])
  })

  it('are two contracts of one event in two folders', async () => {
    const again = ({ contracts }: ProjectTexts) => ({
      contracts: [
        ...contracts,
        ...contracts.map(({ path, text }) => ({ path: path.replace('contracts/', 'contracts/old/'), text })),
      ],
    })
    const [problem, ...others] = await said(again)
    expect(problem).toMatch(/^contracts\/old\/\S+:1:1 error FW2009 contracts\/\S+ is \w+\.v1 already$/)
    expect(others).toEqual([])
  })
})
