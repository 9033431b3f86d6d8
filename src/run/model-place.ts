import type { Project } from '../language/project.js'
import type { RunError } from './result.js'

/**
 * Where the author of a failing SQL model finds the line that the engine complains about: `models/a.sql:3`. The compiled
 * text has names filled in, so the line is looked for by its text; without a single match it is the file alone.
 */
export function placeInModel(project: Project, error: RunError): string | undefined {
  const model = project.models.find(({ name }) => error.node === `model.${name}`)
  if (!model || error.exit_code !== 1) return undefined
  const shown = /\(line \d+: (.+)\)$/s.exec(error.message)?.[1]?.replace(/^\.\.\.|\.\.\.$/g, '')
  if (shown === undefined) return model.file
  const lines = model.sql.split('\n')
  const found = lines.flatMap((line, i) => (line.includes(shown) ? [i + 1] : []))
  return found.length === 1 ? `${model.file}:${found[0]}` : model.file
}
