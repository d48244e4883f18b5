import { describe, expect, it } from 'vitest'
import type { Project } from '../../../src/app/project/project-texts.ts'
import { keptTablesOf, mappedTablesOf, validateProject } from '../../../src/app/project/validate-project.ts'
import { shopProject } from '../../demo/shop-project.ts'
import { benchProject, names } from '../bench-project.ts'

/** The project of the shop with something else in its connector file. */
function shopWith(change: (settings: Record<string, unknown>) => Record<string, unknown>): Project {
  const project = shopProject()
  const connectors = project.texts.connectors.map(({ path, text }) => ({
    path,
    text: JSON.stringify(change(JSON.parse(text) as Record<string, unknown>), null, 2),
  }))
  return { ...project, texts: { ...project.texts, connectors } }
}

const said = (project: Project): readonly string[] =>
  validateProject(project, names).problems.map(({ code, message, place }) => `${code} ${place.file} ${message}`)

describe('the tables whose rows a project does not keep', () => {
  const excluding = (...excludedRows: readonly string[]): readonly string[] => {
    const project = shopProject()
    const place = { file: 'falsework.yaml', line: 12, column: 20, length: 5 }
    const excludedPlaces = new Map(excludedRows.map((table) => [table, place]))
    const shop = { name: 'shop', connector: 'connectors/shop-postgres.json', excludedRows, excludedPlaces }
    return validateProject({ ...project, sources: new Map([['shop', shop]]) }, names)
      .problems.filter(({ code }) => code === 'FW2301')
      .map(({ message, place: at, hint }) => `${at.file}:${at.line}:${at.column} ${message} | ${hint ?? ''}`)
  }

  it('are tables of the catalog', () => {
    expect(excluding('public.orders')).toEqual([])
  })

  it.each(['public.ordres', 'orders'])('are named nearly: %s', (table) => {
    const [said, ...others] = excluding(table)
    expect(said).toMatch(
      new RegExp(
        `^falsework.yaml:12:20 rows.exclude of shop: no table '${table}' in the catalog of shop . did you mean "public.orders"`,
      ),
    )
    expect(others).toEqual([])
  })
})

describe('the tables that a doctor looks at for the row store', () => {
  it('are those of the catalog that are not excluded', () => {
    const catalog = validateProject(shopProject(), names).catalogs.get('shop')
    const all = keptTablesOf(undefined, catalog).map(({ name }) => name)
    const kept = keptTablesOf({ excludedRows: ['public.orders'] }, catalog).map(({ name }) => name)
    expect(all).toContain('public.orders')
    expect(kept).toEqual(all.filter((name) => name !== 'public.orders'))
    expect(keptTablesOf(undefined, undefined)).toEqual([])
  })
})

describe('the connector files of a project', () => {
  it('must capture the tables that mappings read', () => {
    const [problem, ...others] = said(shopWith((settings) => ({ ...settings, 'table.include.list': 'public.nothing' })))
    expect(problem).toMatch(/^FW2601 connectors\/shop-postgres.json table\.include\.list: public\.\w+ is not captured/)
    expect(others).toEqual([])
  })

  it('may leave out tables that no mapping reads', () => {
    const checked = validateProject(shopProject(), names)
    const mapped = mappedTablesOf('shop', { mappings: checked.mappings, catalog: checked.catalogs.get('shop') })
    expect(mapped.length).toBeGreaterThan(1)
    const captured = [...mapped.map(({ name }) => name), 'public.falsework_heartbeat']
    const list = captured.map((name) => name.replaceAll('.', '\\.')).join(' , ')
    expect(said(shopWith((settings) => ({ ...settings, 'table.include.list': list })))).toEqual([])
  })

  it('may have numbers and truth values, which are read as texts', () => {
    expect(said(shopWith((settings) => ({ ...settings, 'tasks.max': 1, 'tombstones.on.delete': false })))).toEqual([])
  })

  it('are named once for a setting with which values would be read wrongly', () => {
    expect(said(shopWith((settings) => ({ ...settings, 'hstore.handling.mode': 'map' })))).toContain(
      'CAPTURE_SETTINGS connectors/shop-postgres.json hstore.handling.mode must be json, it is map',
    )
    expect(said(shopWith((settings) => ({ ...settings, 'hstore.handling.mode': 'map' }))).join()).not.toContain('FW260')
  })

  it('of the benchmark only say how values are read, and are not held to be connectors', async () => {
    expect(said(await benchProject()).filter((one) => !one.startsWith('FW2338'))).toEqual([])
  })
})
