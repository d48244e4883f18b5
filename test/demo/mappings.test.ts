/** The mappings of the shop against what the old application, which knows nothing of them, expects. */
import { describe, expect, it } from 'vitest'
import type { PlannedStep } from '../../demo/old-application/plan/plan-transactions.ts'
import { testProject } from '../../src/app/project/test-project.ts'
import { readableFields } from '../../src/core/event/event-json.ts'
import { rfc3339 } from '../../src/core/event/event-time.ts'
import { story } from './plans.ts'
import { checked, outcomesOf, project } from './translated-story.ts'

const names = ['account', 'order-lifecycle', 'order-placed', 'product', 'web-order']
const stories = new Map(
  [1, 2, 3, 4, 5].map((seed) => {
    const told = story(seed, { before: 120, then: 600 })
    return [seed, { told, outcomes: outcomesOf(told) }]
  }),
)

function storyOf(seed: number) {
  const found = stories.get(seed)
  if (found === undefined) throw new Error(`no story ${seed}`)
  return found
}

describe('the mappings of the shop', () => {
  it('pass every check without a warning', () => {
    expect(checked.problems).toEqual([])
    expect(checked.mappings.map(({ name }) => name)).toEqual(names)
  })

  it('hold what their fixtures say, which leave no rule and no guard untried', () => {
    const runs = testProject(project, checked)
    expect(runs.map(({ mapping }) => mapping).sort()).toEqual(names)
    for (const { cases, problems, coverage, file } of runs) {
      expect(problems, file).toEqual([])
      expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
      expect(coverage?.uncovered, file).toEqual([])
    }
  })

  it.each([...stories.keys()])(
    'publish what the old application expects, in the order of each key (seed %i)',
    (seed) => {
      const { told, outcomes } = storyOf(seed)
      const expected = Map.groupBy(told.events, ({ topic, key }) => `${topic} ${key}`)
      const published = Map.groupBy(
        outcomes.flatMap((outcome) => (outcome.kind === 'event' ? [outcome.event] : [])),
        ({ publication, key }) => `${publication.topic} ${key}`,
      )
      expect([...published.keys()].sort()).toEqual([...expected.keys()].sort())
      for (const [name, events] of expected) {
        const got = (published.get(name) ?? []).map(({ publication, subject, timeUs, fields }, at) => ({
          type: publication.contract.fullName,
          subject,
          time: events[at]?.time === null ? null : rfc3339(timeUs),
          fields: readableFields(publication.contract, fields),
        }))
        expect(got, name).toEqual(events.map(({ type, subject, time, fields }) => ({ type, subject, time, fields })))
      }
    },
  )

  it('set aside what the old application knows to be bad', () => {
    const letters = [...stories.values()]
      .flatMap(({ outcomes }) => outcomes)
      .flatMap((outcome) =>
        outcome.kind === 'failed'
          ? [{ mapping: outcome.mapping.name, rule: outcome.input.identity.rule, errorClass: outcome.input.errorClass }]
          : [],
      )
    const expected = [...stories.values()].flatMap(({ told }) =>
      told.transactions.flatMap(({ deadLetters }) => deadLetters),
    )
    expect(letters).toEqual(expected)
    expect(new Set(expected.map(({ mapping, errorClass }) => `${mapping} ${errorClass}`))).toEqual(
      new Set([
        'order-lifecycle unknownCode',
        'order-placed badDate',
        'order-placed rowCount',
        'web-order missingRow',
        'web-order rowCount',
      ]),
    )
  })

  it('tell of an order of the web shop whose lines the snapshot has read, and of articles before and after it', () => {
    const placed = [...stories.values()].flatMap(({ told }) => {
      const before = new Set(told.before.flatMap(({ steps }) => steps.flatMap(webLineOf)))
      return told.events.filter(({ type, key }) => type.endsWith('.WebOrderPlaced') && before.has(key))
    })
    expect(placed.length).toBeGreaterThan(3)
    const { events } = storyOf(1).told
    const origins = Map.groupBy(events, ({ type, fields }) =>
      type.endsWith('.ProductListed') ? fields['origin'] : null,
    )
    expect(origins.get('IMPORT')).toHaveLength(24)
    expect(origins.get('LIVE')?.length ?? 0).toBeGreaterThan(5)
  })
})

function webLineOf({ statement }: PlannedStep): readonly string[] {
  return statement.kind === 'insert' && statement.table === 'web_order_lines' ? [String(statement.row['order_id'])] : []
}
