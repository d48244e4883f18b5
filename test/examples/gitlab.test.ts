/** GitLab's schema as a project: what can be checked, its fixtures, and its workload without a server. */
import { describe, expect, it } from 'vitest'
import { planTransactions } from '../../examples/gitlab/workload/plan.ts'
import type { ExpectedEvent, Values } from '../../examples/gitlab/workload/transaction.ts'
import type { Project } from '../../src/app/project/project-texts.ts'
import { testProject } from '../../src/app/project/test-project.ts'
import { validateProject } from '../../src/app/project/validate-project.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { eventJson } from '../../src/core/event/event-json.ts'
import { type Outcome, planTranslation, translate } from '../../src/core/mapping/run/translate.ts'
import { projectTexts } from '../demo/shop-project.ts'
import { SimulatedDatabase } from './simulated-database.ts'

const project = gitlabProject()
const checked = validateProject(project, topicNames(''))
const plan = planTranslation(checked.mappings.flatMap(({ mapping }) => mapping ?? []))

function gitlabProject(): Project {
  const texts = projectTexts(new URL('../../examples/gitlab/', import.meta.url))
  return {
    texts,
    sources: new Map([['gitlab', { name: 'gitlab', connector: 'connectors/gitlab.json' }]]),
    keys: new Map([['gitlab-person', Buffer.from('gitlab-person')]]),
  }
}

/** What the database puts in where an insert says nothing. */
const defaults = {
  organizations: { visibility_level: 0 },
  namespaces: { traversal_ids: [] },
  projects: { visibility_level: 0, archived: false, star_count: 0, pending_delete: false },
  project_ci_cd_settings: { id_token_sub_claim_components: ['project_path', 'ref_type', 'ref'] },
  issues: { state_id: 1, lock_version: 0 },
  merge_requests: { merge_status: 'unchecked', lock_version: 0, squash: false, state_id: 1 },
  p_ci_builds: { allow_failure: false, lock_version: 0 },
}

interface Published {
  readonly expected: readonly ExpectedEvent[]
  readonly outcomes: readonly Outcome[]
}

const seeds = [1, 2, 3]
const stories = new Map(seeds.map((seed) => [seed, publish(seed, 600)]))

function published(seed: number): Published {
  const story = stories.get(seed)
  if (story === undefined) throw new Error(`no story ${seed}`)
  return story
}

function publish(seed: number, count: number): Published {
  const [catalog, surroundings] = [checked.catalogs.get('gitlab'), checked.sources.get('gitlab')]
  if (catalog === undefined || surroundings === undefined) throw new Error('the project has no source')
  const database = new SimulatedDatabase({ catalog, schema: 'public', settings: surroundings.settings, defaults })
  const transactions = planTransactions(seed, count)
  const outcomes = transactions.flatMap((transaction) => {
    const captured = database.capture(transaction)
    return captured === null ? [] : translate(captured.transaction, plan, captured.rows)
  })
  return { expected: transactions.flatMap(({ events }) => events), outcomes }
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

describe('the project over the schema of GitLab', () => {
  it('passes every check; two keys are foreign keys, which could change', () => {
    expect(checked.problems.map(({ code, message }) => `${code} ${message.split(',')[0] ?? ''}`)).toEqual([
      'FW2315 the key reads public.project_custom_attributes.project_id',
      'FW2315 the key reads public.project_ci_cd_settings.project_id',
    ])
    expect(checked.mappings.map(({ mapping }) => mapping?.name)).not.toContain(undefined)
  })

  it('holds what its fixtures say, which leave no rule and no guard untried', () => {
    const runs = testProject(project, checked)
    expect(runs.map(({ mapping }) => mapping).sort()).toEqual(checked.mappings.map(({ name }) => name).sort())
    for (const { cases, problems, coverage, file } of runs) {
      expect(problems, file).toEqual([])
      expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
      expect(
        coverage?.uncovered.filter(({ what }) => !what.startsWith('look-up ')),
        file,
      ).toEqual([])
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
  })
})
