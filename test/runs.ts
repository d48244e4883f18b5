/** How often a property is tried: as often as `npm test` has time for, or FALSEWORK_RUNS times as often. */

const times = Number(process.env['FALSEWORK_RUNS'] ?? 1)
if (!Number.isSafeInteger(times) || times < 1) throw new Error('FALSEWORK_RUNS: how many times as many runs, from 1')

/** `usual`: enough that a mistake of the known kinds is found; more runs search for those that nobody thought of. */
export const runs = (usual: number): number => usual * times
