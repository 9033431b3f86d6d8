import { describe, expect, test } from 'vitest'
import { spark } from '../../src/engines/spark/dialect.js'
import { trino } from '../../src/engines/trino/dialect.js'
import { KnownRelations } from '../../src/run/known-relations.js'
import { sql } from '../../src/sql/fragment.js'
import { print } from '../../src/sql/printer.js'
import { relation } from '../../src/sql/relation.js'

/** Of engines on which each statement costs: what a run knows of its own tables, so that it sends no needless one. */

describe.each([trino, spark])('$name', (dialect) => {
  const { statements } = dialect
  const table = (name: string) => relation('kept', name)
  const known = (...names: readonly string[]) =>
    new KnownRelations(
      'kept',
      dialect.lexicon,
      names.map((name) => ({ name, kind: 'table' })),
    )
  const drop = (name: string) => print(statements.dropTable(table(name)), dialect)
  const create = (name: string) => print(statements.createTable(table(name), sql`select 1 as one`), dialect)
  const empty = (name: string) => print(statements.createEmptyTable(table(name), []), dialect)

  test('drops what the run made or found, once', () => {
    const relations = known('Found__next')
    expect(relations.needs(drop('found__next'))).toBe(true)
    expect(relations.needs(drop('found__next'))).toBe(false)
    expect(relations.needs(drop('nodes__scratch'))).toBe(false)
    expect(relations.needs(create('nodes__scratch'))).toBe(true)
    expect(relations.needs(drop('nodes__scratch'))).toBe(true)
    expect(relations.needs(drop('nodes__scratch'))).toBe(false)
  })

  test('drops what was made where it was missing, made anew, a view, or renamed', () => {
    const relations = known()
    const view = print(statements.createView(table('rows__view'), sql`select 1 as one`), dialect)
    const rebuild = statements.rebuildTable?.(table('edges__scratch'), sql`select 1 as one`)
    for (const text of [empty('file__next'), view, print(rebuild ?? sql``, dialect), create('a__scratch')])
      expect(relations.needs(text)).toBe(true)
    relations.needs(print(statements.renameTable(table('a__scratch'), 'b__scratch'), dialect))
    expect(relations.needs(drop('a__scratch'))).toBe(false)
    expect(relations.needs(print(statements.dropView(table('rows__view')), dialect))).toBe(true)
    for (const name of ['file__next', 'edges__scratch', 'b__scratch'])
      expect(relations.needs(drop(name)), name).toBe(true)
  })

  test('publishes a table by giving it the name, or in the place of one that has it', () => {
    const publish = (relations: KnownRelations) =>
      statements
        .replacePublished(table('profiles'), table('profiles__next'))
        .map((text) => print(text, dialect))
        .filter((text) => relations.needs(text))
        .map((text) =>
          text
            .replace(/^(?:--.*\n)*/, '')
            .split(' ')
            .slice(0, 3)
            .join(' '),
        )
    const isRenamed = dialect === trino
    const first = known('profiles__next')
    expect(publish(first)).toEqual(
      isRenamed ? ['alter table "kept"."profiles__next"'] : ['create or replace', 'drop table if'],
    )
    expect(first.needs(create('profiles__next'))).toBe(true)
    expect(publish(first)).toEqual(['create or replace', 'drop table if'])
    expect(first.needs(drop('profiles__next'))).toBe(false)
  })

  test('knows kept state that is there', () => {
    const relations = known('ids_customer')
    expect(relations.isMade(empty('ids_customer'))).toBe(true)
    expect(relations.isMade(empty('rules_customer'))).toBe(false)
    expect(relations.isMade(create('ids_customer'))).toBe(false)
  })

  test('lets pass what is not of the schema, and what neither makes nor drops', () => {
    const relations = known()
    const elsewhere = print(statements.dropTable(relation('cdp', 'orders')), dialect)
    expect(relations.needs(elsewhere)).toBe(true)
    expect(relations.needs('delete from "kept"."nodes__scratch"')).toBe(true)
    expect(relations.isMade('select 1')).toBe(false)
  })
})
