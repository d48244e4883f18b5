/** Kills the process at a named step of a Kafka transaction: how the tests prove that no crash loses or repeats anything. */

/** `after-produce` or `after-produce:7` (the seventh time); null when nothing is asked for. */
export function crashAt(text: string | undefined): ((step: string) => void) | null {
  if (text === undefined || text === '') return null
  const [wanted, times = '1'] = text.split(':')
  let left = Number(times)
  return (step) => {
    if (step !== wanted) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }
}
