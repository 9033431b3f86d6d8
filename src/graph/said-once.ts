import { type Diagnostic, sortDiagnostics } from '../diagnostics/diagnostic.js'

/**
 * A name that is missing is missed wherever it is used, most often because the one declaration is misspelt: it is
 * reported at the first place, with the others. One typo gives one error.
 */
export function saidOnce(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const once: Diagnostic[] = []
  const places = new Map<string, number>()
  for (const diagnostic of sortDiagnostics(diagnostics)) {
    const { code, severity, message, span, related } = diagnostic
    const key = `${severity} ${message}`
    const index = code === 'CDP3001' && span ? places.get(key) : undefined
    const first = index === undefined ? undefined : once[index]
    if (index !== undefined && first && span) {
      const here = [...(first.related ?? []), { span, message: 'and here' }, ...(related ?? [])]
      once[index] = { ...first, related: here }
      continue
    }
    if (code === 'CDP3001') places.set(key, once.length)
    once.push(diagnostic)
  }
  return once
}
