/** Text of a user's file as a terminal shows it: what would move the cursor or turn the order of letters is spelled out. */

/** Controls, marks of direction, and characters that show nothing. */
const hidden = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** `U+202E`. */
export const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** On one line, tabs as single blanks. */
export const displayText = (text: string): string =>
  text.replace(/[\t\r\n]/g, ' ').replace(hidden, (character) => `<${codePointName(character)}>`)

/** Columns of a terminal that the text takes: two for an East Asian character or an emoji, none for a combining mark. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** Whether a reader of the text cannot see the character, or takes it for a blank. */
export const isUnseen = (character: string): boolean =>
  /^[\p{C}\p{Z}\u034f\u115f]$/u.test(character) && character !== ' '
