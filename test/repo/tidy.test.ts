import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { referencePages } from '../../scripts/reference/reference-pages.ts'
import { captureConditions } from '../../src/core/capture/connector/capture-conditions.ts'
import { errorCodes } from '../../src/core/diagnostics/error-codes.ts'
import { projectShape } from '../../src/config/project-shape.ts'
import { describeKeys } from '../../src/core/shape/describe.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const files = (pattern: string): string[] =>
  globSync(pattern, { cwd: root }).filter((path) => !path.includes('node_modules'))

describe('error codes', () => {
  it('say what happened and what to do about it', () => {
    for (const [code, { summary, remedy }] of errorCodes) {
      expect(summary, code).toMatch(/\.$/)
      expect(remedy.length, code).toBeGreaterThan(10)
    }
  })

  it('are declared once, under names that are used once', () => {
    const declared = files('src/core/diagnostics/codes/*.ts').flatMap((path) => [
      ...read(path).matchAll(/^ {2}(\w+): \{$/gm),
    ])
    expect(declared.length).toBe(errorCodes.size)
  })
})

describe('the repository', () => {
  it('has a contract suite for each port that is more than data', () => {
    const exempt = ['clock-log-metrics']
    const ports = files('src/ports/**/*.ts').map((path) => basename(path, '.ts'))
    const suites = new Set(readdirSync(join(root, 'test/contract')).map((name) => basename(name, '.ts')))
    expect(ports.length).toBeGreaterThan(20)
    expect(ports.filter((port) => !exempt.includes(port) && !suites.has(port))).toEqual([])
  })

  it('has a line in ARCHITECTURE.md for each folder of src', () => {
    const architecture = read('ARCHITECTURE.md')
    const folders = [...files('src/*/'), ...files('src/core/*/')].map(
      (path) => relative('src', path).split('/').at(-1) ?? '',
    )
    expect(folders.filter((folder) => !architecture.includes(`${folder}/`))).toEqual([])
  })

  it('has no dead relative link in its pages', () => {
    const dead = files('**/*.md').flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target = '']) => join(dirname(page), target))
        .filter((target) => !existsSync(join(root, target))),
    )
    expect(dead).toEqual([])
  })

  it('has the reference pages that the declarations give; else run `npm run reference`', () => {
    const pages = referencePages()
    const committed = new Set([...files('docs/reference/**/*.md'), ...files('schemas/*.json'), ...pages.keys()])
    expect(new Map([...committed].map((path) => [path, existsSync(join(root, path)) ? read(path) : '']))).toEqual(pages)
  })

  it('promises by conditions and error codes that there are', () => {
    const named = [
      ...read('docs/guarantees.md').matchAll(/`([a-z]+(?:-[a-z]+)*-?…|[a-z]+(?:-[a-z]+)+|[A-Z]+(?:_[A-Z0-9]+)+)`/g),
    ]
    const known = [...captureConditions.map(({ code }) => code), ...errorCodes.keys()]
    const isKnown = (name: string): boolean =>
      name.endsWith('…') ? known.some((code) => code.startsWith(name.slice(0, -1))) : known.includes(name)
    expect(named.length).toBeGreaterThan(20)
    expect(named.map(([, name = '']) => name).filter((name) => !isKnown(name))).toEqual([])
  })

  it('keeps ARCHITECTURE.md under 200 lines', () => {
    expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThan(200)
  })

  it('says of each key of the project file what it is for', () => {
    for (const { path, doc } of describeKeys(projectShape.form)) expect(doc, path).toMatch(/\.$/)
  })
})
