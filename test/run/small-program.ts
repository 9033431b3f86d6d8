import type { Graph } from '../../src/graph/graph.js'
import type { Program, ProgramNode, StatementStep, Step } from '../../src/program/program.js'

const statement = (sql: string, title = ''): StatementStep => ({ kind: 'statement', title, sql })

/** A node that builds one table from a query, under the name that publishing takes away again. */
export function tableNode(
  name: string,
  select: string,
  inputs: readonly string[] = [],
  more: readonly Step[] = [],
): ProgramNode {
  return {
    id: `model.${name}`,
    kind: 'model',
    description: `The table ${name}.`,
    inputs: inputs.map((input) => `model.${input}`),
    outputs: [`cdp_internal.${name}`],
    steps: [
      statement(`drop table if exists "cdp_internal"."${name}__next"`),
      statement(`create table "cdp_internal"."${name}__next" as\n${select}`, `Make ${name}.`),
      ...more,
    ],
  }
}

/** A program of table nodes, each published under its name with a public view of the same name. */
export function program(nodes: readonly ProgramNode[]): Program {
  const names = nodes.map((node) => node.id.replace('model.', ''))
  return {
    version: 1,
    project: 'small',
    target: 'dev',
    dialect: 'duckdb',
    prepare: [],
    nodes,
    publish: {
      statements: [
        ...names.flatMap((name) => [
          statement(`drop table if exists "cdp_internal"."${name}"`),
          statement(`alter table "cdp_internal"."${name}__next" rename to "${name}"`),
        ]),
        ...names.map((name) =>
          statement(`create or replace view "cdp"."${name}" as select * from "cdp_internal"."${name}"`),
        ),
      ],
      cleanup: [statement('drop table if exists "cdp_internal"."something__scratch"')],
    },
  }
}

/** A project with settings only. */
export function emptyGraph(): Graph {
  const origin = { file: 'profiles.yml', path: [] }
  return {
    project: {
      settings: {
        name: 'small',
        timezone: 'UTC',
        targetNames: ['dev'],
        vars: {},
        target: {
          name: 'dev',
          type: 'duckdb',
          origin,
          schema: 'cdp',
          internalSchema: 'cdp_internal',
          createSchema: true,
          syncs: 'off',
          readers: [],
          vars: {},
          options: {},
        },
      },
      sources: [],
      entities: [],
      models: [],
      macros: [],
      traits: [],
      segments: [],
      overrides: [],
      purposes: [],
      consents: [],
      destinations: [],
      syncs: [],
    },
    nodes: [],
    fragments: [],
  }
}
