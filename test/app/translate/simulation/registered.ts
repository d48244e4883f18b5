/** Revisions of one source or two as a registry log holds them, made once. */
import type { Project, TextFile } from '../../../../src/app/project/project-texts.ts'
import { benchProject, installation } from '../../bench-project.ts'

/**
 * What rules need of rows that other transactions have left: nothing, what a row was, or rows that are looked up. `holds`:
 * what a row was, and inputs wait where they fail.
 */
export type Needs = 'nothing' | 'before' | 'look-ups' | 'snapshot' | 'holds'

export interface SimulatedInstallation {
  readonly sources: readonly { readonly source: string; readonly eventTopic: string }[]
  readonly needs: Needs
  /** In the order in which they are appended. */
  readonly records: readonly Buffer[]
}

const bench = { source: 'bench', eventTopic: 'order-changes.v1' }
const shop = { source: 'shop', eventTopic: 'shop-changes.v1' }

type Revision = 1 | 2

/** The second revision looks rows up by another column. */
const editsOf: Readonly<Record<Needs, (text: string, revision: Revision) => string>> = {
  nothing: (text) => text,
  before: (text) => text,
  'look-ups': (text, revision) =>
    text
      .replace(
        'codes:',
        `lookups:\n  others: {table: orders, key: [${foundBy[revision]}], columns: [qty], rows: 0..9000}\ncodes:`,
      )
      .replace('"after.qty"', `"size(others(after.${foundBy[revision]}))"`),
  snapshot: (text) => `${text}${loaded(text)}`,
  // The second revision fails on none of the inputs.
  holds: (text, revision) =>
    revision === 1
      ? `${text.replace('S: SHIPPED, ', '')}onError: {badDate: holdKey, unknownCode: holdKey}\n`
      : text.replace('"ymd(after.order_dt)"', `"date('2026-01-01')"`),
}

/** Rows of the snapshot give the same event as updates do. */
export const loaded = (text: string): string =>
  text
    .slice(text.indexOf('  - name: changed'))
    .replace('name: changed', 'name: loaded\n    snapshot: as-insert')
    .replace('op: update, changed: [status]', 'op: insert')
    .replace('before.status', 'after.status')

const foundBy = { 1: 'store_no', 2: 'status' } as const

async function project(needs: Needs, revision: Revision): Promise<Project> {
  const second = (text: string): string => (revision === 1 ? text : text.replace("'NONE'", "'UNKNOWN'"))
  const made = await benchProject((text) => editsOf[needs](second(text), revision))
  if (needs === 'nothing') return made
  const catalogs = made.texts.catalogs.map(({ path, text }) => ({
    path,
    text: text.replace('"replicaIdentity": "full"', '"replicaIdentity": "default"'),
  }))
  return { ...made, texts: { ...made.texts, catalogs } }
}

/** The same tables and rules under other names. */
async function shopProject(needs: Needs, revision: Revision = 1): Promise<Project> {
  const { texts, keys } = await project(needs, revision)
  const renamed = (text: string): string =>
    text
      .replaceAll('OrderChanged', 'ShopChanged')
      .replaceAll('order-changes', 'shop-changes')
      .replaceAll('order-changed', 'shop-changed')
      .replaceAll('bench', 'shop')
  const renamedFiles = (files: readonly TextFile[]): readonly TextFile[] =>
    files.map(({ path, text }) => ({ path: renamed(path), text: renamed(text) }))
  const { mappings, fixtures, contracts, codes, catalogs, connectors } = texts
  return {
    texts: {
      mappings: renamedFiles(mappings),
      fixtures: renamedFiles(fixtures),
      contracts: renamedFiles(contracts),
      codes: renamedFiles(codes),
      catalogs: renamedFiles(catalogs),
      connectors: renamedFiles(connectors),
    },
    sources: new Map([['shop', { name: 'shop', connector: 'connectors/shop.json' }]]),
    keys,
  }
}

async function registered(projects: readonly Promise<Project>[]): Promise<readonly Buffer[]> {
  const { kafka, register } = installation()
  for (const project of projects) await register(await project)
  const { records } = await (await kafka.openControlLog()).read(0)
  return records.map(({ value }) => value)
}

type Installations = Readonly<Record<Needs, Promise<SimulatedInstallation>>>

const ofEach = (make: (needs: Needs) => Promise<SimulatedInstallation>): Installations => ({
  nothing: make('nothing'),
  before: make('before'),
  'look-ups': make('look-ups'),
  snapshot: make('snapshot'),
  holds: make('holds'),
})

export const oneSource = ofEach(async (needs) => ({
  sources: [bench],
  needs,
  // With one revision: which of them rows of a snapshot are published under hangs on when it comes.
  records: await registered(needs === 'snapshot' ? [project(needs, 1)] : [project(needs, 1), project(needs, 2)]),
}))

export const twoSources = ofEach(async (needs) => ({
  sources: [bench, shop],
  needs,
  records: await registered([
    project(needs, 1),
    shopProject(needs),
    ...(needs === 'snapshot' ? [] : [project(needs, 2)]),
    // Nothing may wait for ever.
    ...(needs === 'holds' ? [shopProject(needs, 2)] : []),
  ]),
}))
