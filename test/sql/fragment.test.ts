import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/dialect.js'
import { list, name, type Sql, sql } from '../../src/sql/fragment.js'
import { print } from '../../src/sql/printer.js'

const printed = (fragment: Sql) => print(fragment, duckdb)

describe('a template is printed in its own shape', () => {
  it('without the indentation and the line breaks that it has in the source', () => {
    const inner = sql`
      select
        ${name('a')}
      from ${name('t')}
    `
    const outer = sql`
      select *
      from (
        ${inner}
      ) as ${name('x')}
    `
    expect(printed(outer)).toBe('select *\nfrom (\n  select\n    "a"\n  from "t"\n) as "x"')
  })

  it('with a line break that it is written to begin with', () => {
    const where = sql`\nwhere ${name('a')} = ${1}`
    expect(printed(sql`from ${name('t')}${where}`)).toBe('from "t"\nwhere "a" = 1')
    expect(printed(sql`from ${name('t')}${list([where], '')}`)).toBe('from "t"\nwhere "a" = 1')
  })
})
