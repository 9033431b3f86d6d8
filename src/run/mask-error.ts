import type { Project } from '../language/project.js'
import { maskedText } from '../staging/personal.js'
import type { RunError } from './result.js'

/** How engines tell, in quotes, of a value that they could not cast. A value may hold quotes. */
const QUOTED_VALUE = /(\b(?:string|value|cast|format:|range:|type [\w ]+:) )(['"])(.+)\2/s
/** The line of SQL that some show after it. */
const SHOWN_LINE = / \(line \d+: .+\)$/s

/** An error that is kept in files and logs, without the value that the engine tells, where the project marks anything `pii`. */
export function maskError(error: RunError, project: Project): RunError {
  if (!marksPersonal(project)) return error
  const line = SHOWN_LINE.exec(error.message)?.[0] ?? ''
  const said = error.message.slice(0, error.message.length - line.length)
  const masked = said.replace(
    QUOTED_VALUE,
    (_, before: string, quote: string, value: string) => `${before}${quote}${maskedText(value)}${quote}`,
  )
  return { ...error, message: masked + line }
}

function marksPersonal({ entities, sources }: Project): boolean {
  const declared = entities.flatMap((entity) => [...entity.identifiers, ...entity.attributes])
  const read = sources.flatMap((source) => [
    ...source.properties,
    ...source.entities.flatMap((about) => [...about.identifiers, ...about.attributes]),
  ])
  return [...declared, ...read].some(({ pii }) => pii !== undefined)
}
