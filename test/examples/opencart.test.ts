/** OpenCart's schema as a project: what can be checked, its fixtures, and its workload without a server. */
import { describe, expect, it } from 'vitest'
import type { ExpectedEvent, PlannedTransaction, Values } from '../../examples/gitlab/workload/transaction.ts'
import { planCommits } from '../../examples/opencart/workload/plan.ts'
import type { Project } from '../../src/app/project/project-texts.ts'
import { testProject } from '../../src/app/project/test-project.ts'
import { validateProject } from '../../src/app/project/validate-project.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { eventJson } from '../../src/core/event/event-json.ts'
import { type Outcome, planTranslation, translate } from '../../src/core/mapping/run/translate.ts'
import { projectTexts } from '../demo/shop-project.ts'
import { SimulatedDatabase } from './simulated-database.ts'

const project: Project = {
  texts: projectTexts(new URL('../../examples/opencart/', import.meta.url)),
  sources: new Map([['opencart', { name: 'opencart', connector: 'connectors/opencart.json' }]]),
  keys: new Map([['opencart-person', Buffer.from('opencart-person')]]),
}
const checked = validateProject(project, topicNames(''))
const plan = planTranslation(checked.mappings.flatMap(({ mapping }) => mapping ?? []))

interface Published {
  readonly expected: readonly ExpectedEvent[]
  readonly outcomes: readonly Outcome[]
}

const seeds = [1, 2, 3]
const stories = new Map(seeds.map((seed) => [seed, publish(seed, 300)]))

function published(seed: number): Published {
  const story = stories.get(seed)
  if (story === undefined) throw new Error(`no story ${seed}`)
  return story
}

function publish(seed: number, count: number): Published {
  const [catalog, surroundings] = [checked.catalogs.get('opencart'), checked.sources.get('opencart')]
  if (catalog === undefined || surroundings === undefined) throw new Error('the project has no source')
  const database = new SimulatedDatabase({
    catalog,
    schema: 'opencart',
    settings: surroundings.settings,
    defaults: {},
  })
  const { opening, story } = planCommits(seed, count)
  const outcomes = [...opening, ...story].flatMap((commit) => {
    const captured = database.capture(asConnectorReads(commit))
    return captured === null ? [] : translate(captured.transaction, plan, captured.rows)
  })
  return { expected: story.flatMap(({ events }) => events), outcomes }
}

/** A date of zeros in a column that is NOT NULL arrives as the beginning of 1970. */
function asConnectorReads(commit: PlannedTransaction): PlannedTransaction {
  const read = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replace(/^0000-00-00/, '1970-01-01') : value,
      ]),
    )
  const statements = commit.statements.map((statement) =>
    statement.kind === 'insert' ? { ...statement, row: read(statement.row) } : statement,
  )
  return { ...commit, statements }
}

/** With those fields that the workload names. */
function asExpected(outcome: Outcome, expected: ExpectedEvent | undefined): ExpectedEvent | Outcome {
  if (outcome.kind === 'failed') return outcome
  if (outcome.kind === 'tombstone')
    return { topic: outcome.tombstone.topic, type: null, key: outcome.tombstone.key, fields: {} }
  const { publication, key, fields } = outcome.event
  const readable = JSON.parse(eventJson(publication.contract, fields)) as Values
  const named = Object.keys(expected?.fields ?? {}).map((name) => [name, readable[name]] as const)
  return { topic: publication.topic, type: publication.event, key, fields: Object.fromEntries(named) }
}

describe('the project over the schema of OpenCart', () => {
  it('passes every check; three keys are numbers of other rows, which could change', () => {
    expect(checked.problems.map(({ code, message }) => `${code} ${message.split(',')[0] ?? ''}`)).toEqual([
      'FW2315 the key reads opencart.oc_address.customer_id',
      'FW2315 the key reads opencart.oc_order_history.order_id',
      'FW2315 the key reads opencart.oc_customer_reward.customer_id',
    ])
    expect(checked.mappings.map(({ mapping }) => mapping?.name)).not.toContain(undefined)
  })

  it('holds what its fixtures say, which leave nothing untried', () => {
    const runs = testProject(project, checked)
    expect(runs.map(({ mapping }) => mapping).sort()).toEqual(checked.mappings.map(({ name }) => name).sort())
    for (const { cases, problems, coverage, file } of runs) {
      expect(problems, file).toEqual([])
      expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
      expect(coverage?.uncovered, file).toEqual([])
    }
  })

  it.each(seeds)('publishes what the workload expects, in the order of each key (seed %i)', (seed) => {
    const { expected, outcomes } = published(seed)
    const all = Map.groupBy(expected, ({ topic, key }) => `${topic} ${key}`)
    const got = Map.groupBy(outcomes, (outcome) => {
      const { topic, key } = asExpected(outcome, undefined) as ExpectedEvent
      return `${topic} ${key}`
    })
    expect([...got.keys()].sort()).toEqual([...all.keys()].sort())
    for (const [name, events] of all) {
      const same = (got.get(name) ?? []).map((outcome, at) => asExpected(outcome, events[at]))
      expect(same, name).toEqual(events)
    }
  })

  it('has a workload that makes every type of event', () => {
    const seen = new Set(seeds.flatMap((seed) => published(seed).expected.map(({ type }) => type)))
    const types = [...checked.contracts.values()].map(({ contract }) => contract.fullName.split('.').at(-1) ?? '')
    expect(types.length).toBeGreaterThan(14)
    expect(types.filter((type) => !seen.has(type))).toEqual([])
    expect(seen).toContain(null)
  })
})
