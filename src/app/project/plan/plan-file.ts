/** A plan as the file that is reviewed, and whether it is still what would be carried out. */
import { brand } from '../../../brand.ts'
import { FalseworkError } from '../../../core/diagnostics/falsework-error.ts'
import { isJsonObject } from '../../../core/diagnostics/json-object.ts'
import { registeredStages } from '../../../core/registry/control-record.ts'
import type { Plan } from './plan-mappings.ts'

/** What of a plan file is believed; the rest is for people. */
export type ReviewedPlan = Pick<Plan, 'only' | 'into' | 'content' | 'registry'>

export const planFileText = (plan: Plan): string =>
  `${JSON.stringify({ apiVersion: brand.apiVersion, kind: 'Plan', ...plan }, null, 2)}\n`

/** Raises `PLAN_STALE` where the text is no plan. */
export function parsePlanFile({ text, file }: { readonly text: string; readonly file: string }): ReviewedPlan {
  const json = parsed(text)
  if (isJsonObject(json) && json['apiVersion'] === brand.apiVersion && json['kind'] === 'Plan') {
    const { only, into, content, registry } = json
    const stage = into === null ? into : registeredStages.find((known) => known === into)
    if (isTexts(only) && stage !== undefined && typeof content === 'string' && typeof registry === 'string') {
      return { only, into: stage, content, registry }
    }
  }
  throw new FalseworkError('PLAN_STALE', `${file} is no plan that this build has written`)
}

/** Raises `PLAN_STALE` that says what has changed since the plan was made. */
export function expectReviewed(reviewed: ReviewedPlan, now: Plan): void {
  const changed = [
    ...(reviewed.content === now.content ? [] : ['the files of the project are not those that it was made of']),
    ...(reviewed.registry === now.registry ? [] : ['something was registered after it was made']),
  ]
  if (changed.length > 0) throw new FalseworkError('PLAN_STALE', `the plan is not carried out: ${changed.join('; ')}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
