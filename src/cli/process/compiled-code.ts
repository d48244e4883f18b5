/** Compiled code is kept from one command to the next: a command begins in half the time. */
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** In the user's own folder, since what lies there is run. `NODE_COMPILE_CACHE` stands above it. */
export function keepCompiledCode(): void {
  if (process.env['NODE_COMPILE_CACHE'] !== undefined) return
  const folder = cacheFolder({ platform: process.platform, environment: process.env, home: homeFolder() })
  // Where it cannot be written, Node goes on without.
  if (folder !== null) enableCompileCache(folder)
}

/** Where the platform keeps what can be made anew; null: this user has no such folder. */
export function cacheFolder({ platform, environment, home }: Surroundings): string | null {
  const root = rootFolder({ platform, environment, home })
  return root === null ? null : join(root, 'falsework', 'compiled')
}

interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string | null
}

function rootFolder({ platform, environment, home }: Surroundings): string | null {
  const { LOCALAPPDATA: local = null, XDG_CACHE_HOME: named = '' } = environment
  if (platform === 'win32') return local
  // What is not absolute is to be ignored, as the XDG specification says.
  if (named.startsWith('/')) return named
  return home === null ? null : join(home, ...(platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']))
}

/** A user without an entry in the password file has none. */
function homeFolder(): string | null {
  try {
    return homedir()
  } catch {
    return null
  }
}
