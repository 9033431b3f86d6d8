import type { DiagnosticPart, Painter } from '../diagnostics/render-diagnostic.js'

/** Colours of a terminal by what they are for, or none at all. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

const code =
  (open: number, close: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`
const none = (text: string): string => text

const COLOURS: Paint = {
  bold: code(1, 22),
  dim: code(2, 22),
  red: code(31, 39),
  green: code(32, 39),
  yellow: code(33, 39),
  cyan: code(36, 39),
}
const PLAIN: Paint = { bold: none, dim: none, red: none, green: none, yellow: none, cyan: none }

export function paintFor(colours: boolean): Paint {
  return colours ? COLOURS : PLAIN
}

/** How the parts of a printed diagnostic are coloured. */
export function diagnosticPainter(paint: Paint): Painter {
  const of: Partial<Record<DiagnosticPart, (text: string) => string>> = {
    place: paint.bold,
    error: paint.red,
    warning: paint.yellow,
    context: paint.dim,
    marker: paint.red,
    label: paint.dim,
    hint: paint.green,
  }
  return (part, text) => (of[part] ?? none)(text)
}
