/** The daemon's young generation: V8 fixes its limits when a process starts, and grows it to 128 MB, which saves nothing. */

const flag = '--max-semi-space-size'
const megabytes = 16

/**
 * Starts this very process anew with a small young generation, unless somebody has chosen one. Does nothing where a
 * process cannot be replaced: on Windows, and in Node before 22.15 and 23.11.
 */
export function limitYoungGeneration(): void {
  const isChosen = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((option) => option.includes(flag))
  if (isChosen || process.platform === 'win32' || typeof process.execve !== 'function') return
  const options = [...process.execArgv, `${flag}=${megabytes}`, '--disable-warning=ExperimentalWarning']
  process.execve(process.execPath, [process.execPath, ...options, ...process.argv.slice(1)], process.env)
}
