/** Revisions of one source or two as a registry log holds them, made once. */
import type { Project, TextFile } from '../../../../src/app/project/project-texts.ts'
import { benchProject, installation } from '../../bench-project.ts'

export interface SimulatedInstallation {
  readonly sources: readonly { readonly source: string; readonly eventTopic: string }[]
  /** In the order in which they are appended. */
  readonly records: readonly Buffer[]
}

const bench = { source: 'bench', eventTopic: 'order-changes.v1' }
const shop = { source: 'shop', eventTopic: 'shop-changes.v1' }

const second = (text: string): string => text.replace("'NONE'", "'UNKNOWN'")

/** The same tables and rules under other names. */
async function shopProject(): Promise<Project> {
  const { texts, keys } = await benchProject()
  const renamed = (text: string): string =>
    text
      .replaceAll('order-changes', 'shop-changes')
      .replaceAll('order-changed', 'shop-changed')
      .replaceAll('bench', 'shop')
  const files = Object.entries(texts).map(([kind, those]) => [
    kind,
    (those as readonly TextFile[]).map(({ path, text }) => ({ path: renamed(path), text: renamed(text) })),
  ])
  return {
    texts: Object.fromEntries(files) as Project['texts'],
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

export const oneSource: Promise<SimulatedInstallation> = registered([benchProject(), benchProject(second)]).then(
  (records) => ({ sources: [bench], records }),
)

export const twoSources: Promise<SimulatedInstallation> = registered([
  benchProject(),
  shopProject(),
  benchProject(second),
]).then((records) => ({ sources: [bench, shop], records }))
