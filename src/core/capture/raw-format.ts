/** The form in which a connector writes keys and values into the raw log. It is declared, and never guessed. */

/** `jsonWithSchema`: `{"schema":…,"payload":…}`, what JsonConverter writes unless it is told otherwise. */
export const rawFormats = ['json', 'jsonWithSchema'] as const
export type RawFormat = (typeof rawFormats)[number]
