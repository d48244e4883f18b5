import { describe, expect, it } from 'vitest'
import type { Project, TextFile } from '../../../../src/app/project/project-texts.ts'
import { validateProject } from '../../../../src/app/project/validate-project.ts'
import { topicNames } from '../../../../src/core/delivery/topic-names.ts'
import { checkMapping } from '../../../../src/core/mapping/check/check-mapping.ts'
import { projectTexts, shopProject } from '../../../demo/shop-project.ts'
import { singleEdits } from './single-edits.ts'

const gitlab: Project = {
  texts: projectTexts(new URL('../../../../examples/gitlab/', import.meta.url)),
  sources: new Map([['gitlab', { name: 'gitlab', connector: 'connectors/gitlab.json' }]]),
  keys: new Map([['gitlab-person', Buffer.from('gitlab-person')]]),
}

/** Every third, which are of every kind: all of them take a quarter of a minute, and say the same. */
const isTried = (_: unknown, at: number): boolean => at % 3 === 0

const said = [shopProject(), gitlab].flatMap((project) => {
  const { sources } = validateProject(project, topicNames(''))
  const errors = ({ path: file, text }: TextFile): readonly string[] =>
    checkMapping({ text, file }, sources)
      .problems.filter(({ severity }) => severity === 'error')
      .map(({ place, code, message }) => `${place.line}:${place.column} ${code} ${message}`)
  return project.texts.mappings
    .flatMap(singleEdits)
    .filter(isTried)
    .map((edit) => {
      const slip = `${edit.kind} in ${edit.path}:${edit.line}, '${edit.was}'`
      return { kind: edit.kind, slip, errors: errors(edit) }
    })
})

describe('slips of a hand in the mappings of the repository', () => {
  const saying = (isWrong: (errors: number) => boolean) => said.filter(({ errors }) => isWrong(errors.length))

  it('are hundreds of many kinds', () => {
    expect(said.length).toBeGreaterThan(700)
    expect(new Set(said.map(({ kind }) => kind)).size).toBeGreaterThan(20)
  })

  it('are each noticed', () => {
    expect(saying((errors) => errors === 0)).toEqual([])
  })

  it('are said once, all but one in a hundred, and never more than twice', () => {
    expect(saying((errors) => errors > 2)).toEqual([])
    expect(saying((errors) => errors > 1).length).toBeLessThanOrEqual(said.length * 0.01)
  })
})
