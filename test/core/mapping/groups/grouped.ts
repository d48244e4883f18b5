/** Rules that fire for groups of order lines, and what they publish. */
import type { CompiledMapping } from '../../../../src/core/mapping/compiled-mapping.ts'
import { planTranslation, translate } from '../../../../src/core/mapping/run/translate.ts'
import { noRows } from '../../rows/no-rows.ts'
import { type Change, eventOf, transactionOf } from '../rows.ts'
import { compiled, soundWithRules } from '../sample.ts'

export interface GroupedRule {
  readonly on?: string
  /** Lines of the rule beside `on` and `publish`. */
  readonly rule?: string
  readonly key?: string
  /** What the event says. */
  readonly says?: string
  readonly name?: string
}

/** Of a rule on lines by their order; what stands in the event's only field is a text. */
export const ruleText = ({
  on = '{table: lines, op: [insert, update, delete], changed: any, per: [order_id]}',
  rule = '',
  key = 'string(group.order_id)',
  says = 'string(size(rows))',
  name = 'grouped',
}: GroupedRule = {}): string => `  - name: ${name}
    on: ${on}
${rule}    publish:
      - event: OrderRemoved
        key: "${key}"
        fields: {orderId: "${says}"}`

export const grouped = (first: GroupedRule = {}, ...others: readonly GroupedRule[]): CompiledMapping =>
  compiled(soundWithRules(`rules:\n${[first, ...others].map(ruleText).join('\n')}`))

/** `key: what the event says`, or the class of a failure and its place. */
export function said(mapping: CompiledMapping, changes: readonly Change[]): string[] {
  return translate(transactionOf(changes), planTranslation([mapping]), noRows).map((outcome) => {
    if (outcome.kind === 'failed') return `${outcome.input.errorClass} ${outcome.input.failure.at}`
    const event = eventOf(outcome)
    return `${event.key}: ${event.fields['orderId'] as string}`
  })
}
