/** Markup for which no text of data can be taken: `html` alone makes it, and escapes whatever it is given. */
import { displayText } from '../../diagnostics/display-text.ts'

export class Markup {
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  /** The markup of a template of this program, with the values that stand in it. */
  static of(parts: readonly string[], values: readonly Piece[]): Markup {
    return new Markup(parts.map((part, at) => part + pieceText(values[at] ?? '')).join(''))
  }
}

type Piece = string | number | Markup | readonly Markup[]

/** As `html\`<b>${text}</b>\``. Values stand between tags, or in attributes within double quotes. */
export const html = (parts: TemplateStringsArray, ...values: readonly Piece[]): Markup => Markup.of(parts, values)

export const nothing = html``

function pieceText(piece: Piece): string {
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('')
  return displayText(String(piece)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
