import { InternalError } from '../diagnostics/errors.js'
import { as, lines, list, name, raw, type Sql, sql } from '../sql/fragment.js'

/**
 * The steps that a row goes through, each a CTE over the one before: so every expression is written, and computed, once.
 * What each is for stands above it in the SQL.
 */
const NOTES = {
  source: 'The columns of the source.',
  read: 'Values cast to their types, identifiers trimmed.',
  prepared: 'The first steps of normalisers that take several.',
  refined: 'The second of three, beside what is looked up for them.',
  normal: 'Normal forms.',
  judged: 'Which rule refuses a value, if any.',
  accepted: 'What is left of values.',
  compared: 'Normal forms of the parts of match rules.',
  linked: 'The parts of match rules, but for rejected ones.',
  staged: 'The numbers of identifiers, and what is wrong with the row as a whole.',
} as const
export type Layer = keyof typeof NOTES
const LAYERS = Object.keys(NOTES) as readonly Layer[]

interface Defined {
  readonly alias: string
  readonly layer: number
  /** The last layer whose expressions read it; undefined: it is part of the result. */
  readonly until: number | undefined
  readonly expression: Sql
}

/** Collects the columns of the layers and writes them as one SELECT. A column is carried as far as it is read. */
export class LayeredSelect {
  readonly #columns: Defined[] = []
  readonly #joins: { readonly layer: Layer; readonly join: Sql }[] = []

  constructor(
    readonly from: Sql,
    readonly where?: Sql,
  ) {}

  /** A column of the result, computed in a layer from columns of earlier ones. */
  result(layer: Layer, alias: string, expression: Sql): Sql {
    return this.#define(layer, alias, expression, undefined)
  }

  /** A column that only later layers read, up to and including `until`. */
  step(layer: Layer, alias: string, expression: Sql, until: Layer): Sql {
    return this.#define(layer, alias, expression, LAYERS.indexOf(until))
  }

  /** A table that the expressions of a layer look things up in: the text of a join that keeps every row and repeats none. */
  join(layer: Layer, join: Sql): void {
    this.#joins.push({ layer, join })
  }

  has(alias: string): boolean {
    return this.#columns.some((c) => c.alias === alias)
  }

  /** Names of the result's columns, in the order in which they were defined. */
  get columns(): readonly string[] {
    return this.#columns.filter((c) => c.until === undefined).map((c) => c.alias)
  }

  #define(layer: Layer, alias: string, expression: Sql, until: number | undefined): Sql {
    if (this.has(alias)) throw new InternalError(`staging defines the column ${alias} twice`)
    this.#columns.push({ alias, layer: LAYERS.indexOf(layer), until, expression })
    return name(alias)
  }

  /** `fence`: see `DialectFacts`. */
  toSql(fence?: string): Sql {
    const used = LAYERS.map((layer, i) => ({ layer, i })).filter(({ i }) =>
      this.#columns.some((c) => c.layer === i),
    )
    const ctes = used.map(({ layer, i }, place) => {
      const columns = this.#columns.flatMap((c) => {
        if (c.layer === i) return [as(c.expression, c.alias)]
        const carried = c.layer < i && (c.until === undefined || c.until > i)
        return carried ? [name(c.alias)] : []
      })
      const joins = this.#joins.filter((j) => j.layer === layer).map((j) => sql`\n${j.join}`)
      const select = sql`
        select
          ${lines(columns)}
        from ${place === 0 ? this.from : name(used[place - 1]?.layer ?? '')}${list(joins, '')}
      `
      return { layer, select: place === 0 && this.where ? sql`${select}\nwhere ${this.where}` : select }
    })
    const [last, ...earlier] = ctes.reverse()
    if (!last) throw new InternalError('no layers')
    const bodies = earlier.reverse().map(
      ({ layer, select }) => sql`
        ${name(layer)} as (
          ${raw(`-- ${NOTES[layer]}`)}
          ${fence === undefined ? select : sql`${select}\n${raw(fence)}`}
        )
      `,
    )
    return sql`
      with ${list(bodies)}
      ${raw(`-- ${NOTES[last.layer]}`)}
      ${last.select}
    `
  }
}
