import type { Connection } from './connection.js'

/** A connection, its forks included, and how many statements it has been given. */
export interface CountedConnection {
  readonly connection: Connection
  /** Statements and queries so far; looks at the catalogue, and what begins and ends transactions, are not among them. */
  statements(): number
}

/** Passes everything on, and counts: where a statement has a price whatever it does, their number is what a run costs. */
export function counted(connection: Connection): CountedConnection {
  let statements = 0
  const counting = (inner: Connection): Connection => {
    const execute: Connection['execute'] = (sql) => {
      statements += 1
      return inner.execute(sql)
    }
    const query: Connection['query'] = (sql, limit) => {
      statements += 1
      return inner.query(sql, limit)
    }
    const fork: Connection['fork'] = async () => counting(await inner.fork())
    const own: Partial<Connection> = { execute, query, fork }
    return new Proxy(inner, {
      get(target, key) {
        if (Object.hasOwn(own, key)) return Reflect.get(own, key)
        const member = Reflect.get(target, key)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  }
  return { connection: counting(connection), statements: () => statements }
}
