/** The stories that can be told, each with how much is told of it unless somebody says otherwise. */
import { StackError } from '../../stack/stack-error.ts'
import type { Runtime } from '../runtime.ts'
import { tellMigrationStory } from './migration-story.ts'
import { tellShadowStory } from './shadow-story.ts'
import { type StoryOptions, tellStory } from './story.ts'

export interface TellableStory {
  readonly tell: (runtime: Runtime, options: StoryOptions) => Promise<boolean>
  /** Of each old application, at most: a story may end before. */
  readonly transactions: number
  /** Transactions a second. */
  readonly rate: number
}

const stories: ReadonlyMap<string, TellableStory> = new Map([
  ['stream', { tell: tellStory, transactions: 400, rate: 25 }],
  ['shadow', { tell: tellShadowStory, transactions: 20_000, rate: 15 }],
  ['migration', { tell: tellMigrationStory, transactions: 20_000, rate: 15 }],
])

/** Raises StackError where there is none of that name. */
export function storyOf(name: string): TellableStory {
  const story = stories.get(name)
  if (story !== undefined) return story
  throw new StackError(`there is no story '${name}'; have ${[...stories.keys()].join(', ')}`)
}
