import type { Field } from '../language/field.js'
import type { Project } from '../language/project.js'
import type { Source } from '../language/source.js'
import type { Context } from '../program/context.js'
import type { Dialect } from '../sql/dialect.js'
import { type Sql, sql } from '../sql/fragment.js'

/**
 * Whether a field of a source reads what must not be shown: a column from which something marked `pii` is taken, here or
 * by the entity. Expressions are taken for personal where any column is.
 */
export function personalFields(project: Project, source: Source): (field: Field) => boolean {
  const personal = new Set<string>()
  for (const property of source.properties) if (property.pii) note(personal, property)
  for (const about of source.entities) {
    const entity = project.entities.find((e) => e.name === about.entity)
    const declared = [...(entity?.identifiers ?? []), ...(entity?.attributes ?? [])]
    for (const field of [...about.identifiers, ...about.attributes]) {
      if (field.pii || declared.some((one) => one.name === field.name && one.pii)) note(personal, field)
    }
  }
  return (field) => {
    const { from } = field
    if (from.kind === 'column' || from.kind === 'path') return personal.has(from.column.toLowerCase())
    return from.kind === 'sql' && personal.size > 0
  }
}

/** The key of a row as figures tell it, which are kept in files: masked where a part of it is personal. */
export function toldKey({ project, scope }: Context, source: Source, key: Sql): Sql {
  return source.key.some(personalFields(project, source)) ? masked(scope.dialect, key) : key
}

function note(personal: Set<string>, { from }: Field): void {
  if (from.kind === 'column' || from.kind === 'path') personal.add(from.column.toLowerCase())
  else if (from.kind === 'sql') personal.add('')
}

/** `a…@x.com`, `+1…`: enough to find the row, not the person. */
export function masked({ functions }: Dialect, text: Sql): Sql {
  const domain = sql`case when ${text} like '%@%' then substring(${text}, ${functions.position(sql`'@'`, text)}) else '' end`
  return sql`substring(${text}, 1, 1) || '…' || ${domain}`
}

/** The same of a text that is known. */
export function maskedText(text: string): string {
  const at = text.indexOf('@')
  return `${[...text][0] ?? ''}…${at < 0 ? '' : text.slice(at)}`
}
