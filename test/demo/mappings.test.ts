/** The mappings of the shop against what the old application, which knows nothing of them, expects. */
import { describe, expect, it } from 'vitest'
import { testProject } from '../../src/app/project/test-project.ts'
import { validateProject } from '../../src/app/project/validate-project.ts'
import { topicNames } from '../../src/core/delivery/topic-names.ts'
import { readableFields } from '../../src/core/event/event-json.ts'
import { rfc3339 } from '../../src/core/event/event-time.ts'
import { type Outcome, planTranslation, translate } from '../../src/core/mapping/run/translate.ts'
import { noRows } from '../core/rows/no-rows.ts'
import { type Planned, planned } from './plans.ts'
import { shopProject } from './shop-project.ts'
import { SimulatedCapture } from './simulated-capture.ts'

const project = shopProject()
const checked = validateProject(project, topicNames(''))
const plan = planTranslation(checked.mappings.flatMap(({ mapping }) => mapping ?? []))

function outcomesOf({ opening, transactions }: Planned): readonly Outcome[] {
  const capture = new SimulatedCapture(opening)
  return transactions.flatMap((transaction) => {
    const captured = capture.capture(transaction)
    return captured === null ? [] : translate(captured, plan, noRows)
  })
}

describe('the mappings of the shop', () => {
  it('pass every check without a warning', () => {
    expect(checked.problems).toEqual([])
    expect(checked.mappings.map(({ name }) => name)).toEqual(['account', 'order-lifecycle', 'order-placed'])
  })

  it('hold what their fixtures say, which leave no rule and no guard untried', () => {
    const runs = testProject(project, checked)
    expect(runs.map(({ mapping }) => mapping).sort()).toEqual(['account', 'order-lifecycle', 'order-placed'])
    for (const { cases, problems, coverage, file } of runs) {
      expect(problems, file).toEqual([])
      expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([])
      expect(coverage?.uncovered, file).toEqual([])
    }
  })

  it.each([1, 2, 3, 4, 5])('publish what the old application expects, in the order of each key (seed %i)', (seed) => {
    const story = planned(seed, 400)
    const expected = Map.groupBy(
      story.transactions.flatMap(({ events }) => events),
      ({ topic, key }) => `${topic} ${key}`,
    )
    const published = Map.groupBy(
      outcomesOf(story).flatMap((outcome) => (outcome.kind === 'event' ? [outcome.event] : [])),
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
  })

  it('set aside what the old application knows to be bad', () => {
    const stories = [1, 2, 3].map((seed) => planned(seed, 400))
    const letters = stories
      .flatMap(outcomesOf)
      .flatMap((outcome) =>
        outcome.kind === 'failed'
          ? [{ mapping: outcome.mapping.name, rule: outcome.input.identity.rule, errorClass: outcome.input.errorClass }]
          : [],
      )
    const expected = stories.flatMap(({ transactions }) => transactions.flatMap(({ deadLetters }) => deadLetters))
    expect(letters).toEqual(expected)
    expect(new Set(expected.map(({ errorClass }) => errorClass))).toEqual(
      new Set(['badDate', 'rowCount', 'unknownCode']),
    )
  })
})
