/** What waits together: inputs whose events would go to one key of a topic, or to a topic at all. */
export interface HeldUnit {
  /** As a mapping names it. */
  readonly topic: string
  /** Null: every key of the topic. */
  readonly key: string | null
}

/** The same for the same unit. No topic has a NUL in its name. */
export const unitText = ({ topic, key }: HeldUnit): string => (key === null ? topic : `${topic}\0${key}`)

/** Each of them once. */
export const distinctUnits = (units: readonly HeldUnit[]): readonly HeldUnit[] => [
  ...new Map(units.map((unit) => [unitText(unit), unit])).values(),
]

/** Every key of these topics. */
export const wholeTopics = (topics: Iterable<string>): readonly HeldUnit[] =>
  [...new Set(topics)].map((topic) => ({ topic, key: null }))
