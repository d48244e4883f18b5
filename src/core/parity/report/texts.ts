/** Times and numbers as the page says them. */

/** `2026-11-30 12:05`, in UTC. */
export const minuteText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')

/** `2026-11-30 12:05:07 UTC`, of a time in ISO 8601. */
export const timeText = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`

/** `104,220`. */
export const numberText = (value: number): string => value.toLocaleString('en-GB')
