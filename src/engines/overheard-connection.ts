import type { Connection } from './connection.js'

/**
 * A connection that tells each statement and query before it passes it on, those of its forks included; rows on their way
 * into a table are told once. Looks at the catalogue, and what begins and ends transactions, are not told.
 */
export function overheard(connection: Connection, tell: (sql: string) => void): Connection {
  const execute: Connection['execute'] = (sql) => {
    tell(sql)
    return connection.execute(sql)
  }
  const query: Connection['query'] = (sql, limit) => {
    tell(sql)
    return connection.query(sql, limit)
  }
  const insertRows: Connection['insertRows'] = (table, columns, batches) => {
    tell(`-- rows into ${table.parts.join('.')}`)
    return connection.insertRows(table, columns, batches)
  }
  const fork: Connection['fork'] = async () => overheard(await connection.fork(), tell)
  const own: Partial<Connection> = { execute, query, insertRows, fork }
  return new Proxy(connection, {
    get(target, key) {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key)
      const member = Reflect.get(target, key)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
