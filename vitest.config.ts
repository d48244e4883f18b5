import { defineConfig } from 'vitest/config'

/** Fast tests need nothing but Node; `stack` tests share one local stack that the global set-up starts; stories have their own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{integration,e2e,faults,story}/**'],
          setupFiles: ['test/error-codes/note-raised-codes.ts'],
          globalSetup: ['test/error-codes/every-code-is-raised.ts'],
          pool: 'threads',
          // No promise: a machine that others keep busy takes several times as long.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/{integration,e2e,faults}/**/*.test.ts'],
          globalSetup: ['test/stack/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        // Each on a stack of its own, and with the machine for itself.
        test: { name: 'story', include: ['test/story/**/*.test.ts'], pool: 'forks', maxWorkers: 1 },
      },
    ],
  },
})
