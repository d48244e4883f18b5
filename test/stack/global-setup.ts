/** One local stack for all tests that need it; each file keeps to a topic prefix and a database of its own. */
import type { TestProject } from 'vitest/node'
import { type StackAddresses, startStack } from '../../stack/stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly stack: StackAddresses
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startStack({
    stateFolder: '.falsework/test',
    state: 'fresh',
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  project.provide('stack', stack.addresses)
  return async () => await stack.stop()
}
