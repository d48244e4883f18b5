/** Notices that files of a project change. */
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'

export interface FileWatch {
  /** Resolves when something has changed since the watch began and rests again, and when the signal is aborted. */
  readonly changed: (ended: AbortSignal) => Promise<void>
  readonly close: () => void
}

/** An editor writes a file in several steps, and a checkout many files: they are one change. */
const restMs = 100

/** Watches `folders` of `root` with all below them, those that come to be included, and the files of these names in it. */
export function watchFiles(
  root: string,
  { folders, files }: { readonly folders: readonly string[]; readonly files: readonly string[] },
): FileWatch {
  const rest = new AbortController()
  let resolveChanged: () => void = () => undefined
  const changed = new Promise<void>((resolve) => (resolveChanged = resolve))
  let timer: NodeJS.Timeout | undefined
  const note = (): void => {
    clearTimeout(timer)
    timer = setTimeout(resolveChanged, restMs)
  }
  const { signal } = rest
  const own = new Set([...folders, ...files])
  const watchers = [
    watch(root, { signal }, (_event, name) => (name === null || own.has(name) ? note() : undefined)),
    ...folders
      .map((folder) => join(root, folder))
      .filter((folder) => existsSync(folder))
      .map((folder) => watch(folder, { signal, recursive: true }, note)),
  ]
  // A folder that goes away while it is watched is a change.
  for (const watcher of watchers) watcher.on('error', note)
  return {
    changed: async (ended) => {
      const aborted = new Promise<void>((resolve) => {
        if (ended.aborted) resolve()
        else ended.addEventListener('abort', () => resolve(), { once: true, signal })
      })
      await Promise.race([changed, aborted])
    },
    close: () => {
      clearTimeout(timer)
      rest.abort()
    },
  }
}
